// A citation mark in the answer, and the card that shows what it cites: the exact quote and where it stands.

import { inCollection } from "./api.js";
import { el, quoted } from "./dom.js";
import { t } from "./strings.js";

const GRACE = 220; // milliseconds to move the pointer from the mark to its card

let open = null; // {mark, card, pinned}
let closing = 0;

/** The mark [1]: hover or click shows the card, a modified click opens the document itself. */
export function citationMark(citation) {
  const mark = el(
    "a",
    { class: "cite", href: readerPath(citation), "aria-label": t("citation", citation), "aria-expanded": "false" },
    `[${citation.number}]`,
  );
  mark.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(mark, citation, false));
  mark.addEventListener("pointerleave", closeSoon);
  mark.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (open?.mark === mark && open.pinned) return closeCard();
    show(mark, citation, true);
    if (event.detail === 0) open.card.querySelector("a").focus(); // opened from the keyboard
  });
  return mark;
}

/** The way to the cited words in the reader view; only ever a path of this origin. */
export function readerPath({ url, document_id: id, start, end }) {
  return url?.startsWith("/d/") ? url : `/d/${encodeURIComponent(id)}${inCollection()}#c${start}-${end}`;
}

/** "title › section", without saying the same thing twice. */
export function placeName({ title, section }) {
  return section && section !== title ? `${title} › ${section}` : title;
}

/** "第 3 页 · 第 224–319 字": the code points of the document's text, as the API counts them. */
export function position({ start, end, page }) {
  const characters = t("position", { start, end });
  return page === null || page === undefined ? characters : `${t("page", { page })} · ${characters}`;
}

/** Close the card, if one is open. */
export function closeCard() {
  clearTimeout(closing);
  if (!open) return;
  open.mark.setAttribute("aria-expanded", "false");
  open.card.remove();
  document.body.style.paddingBottom = "";
  open = null;
}

function show(mark, citation, pinned) {
  clearTimeout(closing);
  if (open?.mark !== mark) {
    closeCard();
    const card = makeCard(citation);
    document.body.append(card);
    mark.setAttribute("aria-expanded", "true");
    open = { mark, card, pinned: false };
    if (getComputedStyle(card).position === "absolute") place(card, mark);
  }
  if (!pinned || open.pinned) return;
  open.pinned = true;
  if (getComputedStyle(open.card).position === "fixed") uncover(mark, open.card);
}

function makeCard(citation) {
  const card = el(
    "aside",
    { class: "card", role: "dialog", "aria-label": t("citation", citation) },
    quoted("blockquote", {}, citation.quote),
    quoted("p", { class: "place" }, placeName(citation)),
    el("p", { class: "position" }, position(citation)),
    el(
      "p",
      { class: "card-actions" },
      el("a", { href: readerPath(citation) }, `${t("readInDocument")} →`),
      navigator.clipboard && copyButton(citation),
    ),
  );
  card.addEventListener("pointerenter", () => clearTimeout(closing));
  card.addEventListener("pointerleave", closeSoon);
  return card;
}

function copyButton(citation) {
  const button = el("button", { type: "button", class: "quiet" }, t("copyQuote"));
  button.addEventListener("click", async () => {
    const words = `“${citation.quote}”\n—— ${placeName(citation)}, ${position(citation)}`;
    await navigator.clipboard.writeText(words).then(() => (button.textContent = t("copied")), () => button.remove());
  });
  return button;
}

/** On a narrow screen the style sheet keeps the card at the bottom; make sure that the mark is above it. */
function uncover(mark, card) {
  document.body.style.paddingBottom = `${card.offsetHeight}px`;
  scrollBy(0, Math.max(0, mark.getBoundingClientRect().bottom - (innerHeight - card.offsetHeight - 24)));
}

/** On a wide screen: under the mark, or above it where there is no room, and inside the window. */
function place(card, mark) {
  const anchor = mark.getBoundingClientRect();
  const room = document.documentElement.clientWidth - card.offsetWidth - 16;
  card.style.left = `${Math.max(16, Math.min(anchor.left - 24, room)) + scrollX}px`;
  const above = anchor.bottom + card.offsetHeight + 16 > innerHeight && anchor.top > card.offsetHeight + 16;
  card.style.top = `${(above ? anchor.top - card.offsetHeight - 8 : anchor.bottom + 8) + scrollY}px`;
}

function closeSoon() {
  clearTimeout(closing);
  if (open && !open.pinned) closing = setTimeout(closeCard, GRACE);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !open) return;
  const { mark } = open;
  closeCard();
  mark.focus();
});
document.addEventListener("pointerdown", (event) => {
  if (open && !open.card.contains(event.target) && !open.mark.contains(event.target)) closeCard();
});
