// The panel of documents: what is there, adding and removing.

import { ApiError, inCollection, listDocuments, removeDocument } from "./api.js";
import { isKnownCollection, refreshCollections } from "./collections.js";
import { byId, el, quoted } from "./dom.js";
import { explain, explainShort } from "./failures.js";
import { metadataView } from "./metadata.js";
import { currentLanguage, t } from "./strings.js";
import { clearFinished, resumeJobs, startUploads } from "./uploads.js";

const FILTER_FROM = 10; // a shorter list is read at a glance

const panel = byId("documents");
const list = byId("document-list");
const filter = byId("filter");

let documents = [];
let failure = null;
let tellPage = () => {};

/** Fill the panel and wire it up; `onChange` hears the list of documents whenever it changes. */
export function startDocuments(onChange) {
  tellPage = onChange;
  const open = byId("open-documents");
  open.addEventListener("click", openDocuments);
  open.disabled = false; // a click before this line would have been lost
  byId("close-documents").addEventListener("click", () => panel.close());
  panel.addEventListener("click", (event) => event.target === panel && panel.close()); // the backdrop
  panel.addEventListener("close", clearFinished);
  filter.addEventListener("input", drawDocuments);
  startUploads({ openPanel: openDocuments, onAdded: refresh });
}

/** Fetch and draw what the collection in use holds, and show what is on its way into it. */
export async function showCollection() {
  asking.clear();
  await refresh();
  await resumeJobs();
}

/** Open the panel. */
export function openDocuments() {
  if (!panel.open) panel.showModal();
}

// Entries by id whose removal is being asked about: the list may be drawn anew meanwhile, and the question must stay.
const asking = new Map();

/** Draw the list, in the language that is on. */
export function drawDocuments() {
  const wanted = filter.value.trim().toLowerCase();
  filter.hidden = documents.length < FILTER_FROM;
  const shown = wanted ? documents.filter((each) => each.title.toLowerCase().includes(wanted)) : documents;
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  list.replaceChildren(...(failure ? [failureView()] : shown.map((each) => asking.get(each.id) ?? documentView(each))));
  if (focused?.isConnected) focused.focus();
}

async function refresh() {
  await refreshCollections();
  try {
    documents = isKnownCollection() ? await listDocuments() : [];
    failure = null;
    tellPage(documents);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    failure = error;
  }
  drawDocuments();
}

function failureView() {
  return el(
    "li",
    { class: "failed" },
    ...explain(failure).map((words) => el("p", {}, words)),
    el("button", { type: "button", onclick: refresh }, t("retry")),
  );
}

function documentView(entry) {
  const pairs = metadataView(entry.metadata);
  const item = el(
    "li",
    {},
    quoted("a", { class: "document-title", href: `/d/${encodeURIComponent(entry.id)}${inCollection()}` }, entry.title),
    el("p", { class: "facts" }, ...documentFacts(entry)),
    pairs.length > 0 && el("p", { class: "facts" }, ...pairs),
  );
  const button = el(
    "button",
    { type: "button", class: "quiet remove", "aria-label": t("removeNamed", entry) },
    t("remove"),
  );
  button.addEventListener("click", () => confirmRemoval(item, button, entry));
  item.append(button);
  return item;
}

function documentFacts({ characters, passages, metadata, added_at: added }) {
  const numbers = new Intl.NumberFormat(currentLanguage());
  const counts = { characters: numbers.format(characters), passages: numbers.format(passages) };
  const date = metadata?.date ?? readableDate(added);
  return [el("span", {}, t("documentFacts", counts)), date && el("span", {}, String(date))];
}

function readableDate(value) {
  const date = new Date(value ?? NaN);
  return Number.isNaN(date.valueOf()) ? null : date.toLocaleDateString(currentLanguage(), { dateStyle: "medium" });
}

/** Ask once more in place; a removal cannot be taken back. */
function confirmRemoval(item, button, entry) {
  const cancel = el("button", { type: "button", class: "quiet" }, t("cancel"));
  const yes = el("button", { type: "button", class: "danger" }, t("removeYes"));
  const sure = el("div", { class: "sure", role: "group", "aria-label": t("removeNamed", entry) });
  sure.append(el("span", {}, t("removeSure")), yes, cancel);
  cancel.addEventListener("click", () => {
    asking.delete(entry.id);
    sure.remove();
    button.hidden = false;
    button.focus();
  });
  yes.addEventListener("click", async () => {
    yes.disabled = cancel.disabled = true;
    try {
      await removeDocument(entry.id);
    } catch (error) {
      // Already gone is what was wanted.
      if (error.status !== 404) {
        sure.replaceChildren(el("span", { class: "failed", role: "alert" }, explainShort(error)), cancel);
        cancel.disabled = false;
        return;
      }
    }
    asking.delete(entry.id);
    await refresh();
    byId("choose-files").focus();
  });
  asking.set(entry.id, item);
  button.hidden = true;
  item.append(sure);
  yes.focus();
}
