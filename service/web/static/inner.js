// What became of each document in a file of several: folded away, open where some cannot be read.

import { el, quoted } from "./dom.js";
import { explain } from "./failures.js";
import { t } from "./strings.js";

const MOST_SHOWN = 200; // an export may hold a hundred thousand

/** The list of what a job's files hold, those that failed first; nothing for files that are one document each. */
export function innerList(files) {
  const inner = files.flatMap((file) => file.inner.map((each) => ({ ...each, name: each.name || file.name })));
  if (!inner.length) return [];
  const failed = inner.filter((each) => each.state === "failed");
  const shown = [...failed, ...inner.filter((each) => each.state !== "failed")].slice(0, MOST_SHOWN);
  const more = inner.length - shown.length;
  const counts = { count: inner.length, failed: failed.length };
  const list = el("ul", {}, shown.map(entry), more > 0 && el("li", { class: "account" }, t("innerMore", { count: more })));
  const summary = el("summary", {}, t(failed.length ? "innerSomeFailed" : "inner", counts));
  return [el("details", { class: "inner", open: failed.length > 0 }, summary, list)];
}

function entry({ name, state, error }) {
  const told = error ? explain(error) : [t(state === "unchanged" ? "innerUnchanged" : "innerAdded")];
  const accounts = told.map((sentence) => el("p", { class: "account" }, sentence));
  return el("li", { class: error && "failed" }, quoted("p", { class: "inner-name" }, name), accounts);
}
