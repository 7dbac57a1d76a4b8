// What a person says about documents: typed as lines of name=value, shown as pairs.

import { byId, el } from "./dom.js";

const MOST_SHOWN = 6;
const LONGEST_SHOWN = 80;

/** What is typed for the documents that are added next; a number, true and false are what they look like. */
export function givenMetadata() {
  const given = {};
  for (const line of byId("metadata").value.split("\n")) {
    const found = /^\s*([^=＝]+?)\s*[=＝]\s*(.+?)\s*$/.exec(line);
    if (found) given[found[1]] = plain(found[2]);
  }
  return given;
}

/** The pairs of a document's metadata as elements, the first few of them. */
export function metadataView(metadata) {
  return Object.entries(metadata ?? {})
    .filter(([name]) => name !== "date") // it stands among the facts
    .slice(0, MOST_SHOWN)
    .map(([name, value]) => el("span", { class: "pair", dir: "auto" }, `${name}: ${shortened(String(value))}`));
}

function plain(written) {
  if (/^(true|false|-?(0|[1-9]\d*)(\.\d+)?)$/.test(written)) return JSON.parse(written);
  return written;
}

function shortened(words) {
  return words.length > LONGEST_SHOWN ? `${words.slice(0, LONGEST_SHOWN)}…` : words;
}
