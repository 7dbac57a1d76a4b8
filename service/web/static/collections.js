// Which collection is asked: a chooser in the bar where there are several, and a fold in the panel to make and remove them.

import { DEFAULT_COLLECTION, listCollections, removeCollection, usedCollection } from "./api.js";
import { byId, el } from "./dom.js";
import { explainShort } from "./failures.js";
import { t } from "./strings.js";

const choosers = [byId("collection"), byId("panel-collection")];
const message = byId("collection-message");
const removal = byId("remove-collection");

let names = [DEFAULT_COLLECTION];
let choose = () => {};

/** Whether the collection in use exists; one that was only named is made by the first document. */
export const isKnownCollection = () => names.includes(usedCollection());

/** Wire it up; `onChoose` hears the name of the collection that is wanted. */
export function startCollections(onChoose) {
  choose = onChoose;
  for (const chooser of choosers) chooser.addEventListener("change", () => choose(chooser.value));
  byId("new-collection").addEventListener("submit", (event) => {
    event.preventDefault();
    const box = byId("collection-name");
    const name = box.value.trim();
    if (!name) return box.focus();
    box.value = "";
    choose(name.normalize("NFKC").toLowerCase()); // as the service writes it
    message.textContent = t("collectionBegun", { name });
  });
  removal.addEventListener("click", confirmRemoval);
}

/** Ask again which there are, and draw. */
export async function refreshCollections() {
  const found = await listCollections().catch(() => null);
  if (found) names = found.map((each) => each.name);
  drawCollections();
}

/** Draw the choosers, in the language that is on. */
export function drawCollections() {
  const current = usedCollection();
  const all = names.includes(current) ? names : [...names, current];
  for (const chooser of choosers) {
    chooser.replaceChildren(...all.map((name) => el("option", { value: name }, shownName(name))));
    chooser.value = current;
  }
  choosers[0].hidden = all.length < 2;
  byId("collections-summary").textContent = t("collectionNow", { name: shownName(current) });
  removal.hidden = current === DEFAULT_COLLECTION || !names.includes(current);
}

function shownName(name) {
  return name === DEFAULT_COLLECTION ? t("defaultCollection") : name;
}

/** Ask once more in place; a removal cannot be taken back. */
function confirmRemoval() {
  const name = usedCollection();
  const yes = el("button", { type: "button", class: "danger" }, t("removeYes"));
  const cancel = el("button", { type: "button", class: "quiet" }, t("cancel"));
  const close = () => {
    message.replaceChildren();
    removal.focus();
  };
  cancel.addEventListener("click", close);
  yes.addEventListener("click", async () => {
    yes.disabled = cancel.disabled = true;
    try {
      await removeCollection(name);
    } catch (error) {
      if (error.status !== 404) {
        message.textContent = explainShort(error);
        return;
      }
    }
    message.replaceChildren();
    choose(DEFAULT_COLLECTION);
  });
  message.replaceChildren(el("span", {}, t("removeCollectionSure", { name })), yes, cancel);
  yes.focus();
}
