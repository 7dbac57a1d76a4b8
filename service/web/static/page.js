// The page: a question goes into the address, from the address to the API, and the answer onto the screen.

import { ask, ApiError, inCollection, useCollection, usedCollection } from "./api.js";
import { answerView, hitsView } from "./answer.js";
import { closeCard } from "./citation.js";
import { drawCollections, startCollections } from "./collections.js";
import { drawDocuments, openDocuments, showCollection, startDocuments } from "./documents.js";
import { byId, el } from "./dom.js";
import { explain } from "./failures.js";
import { languageButton, t, translate } from "./strings.js";

const SAMPLE_TITLE = "促进城市群协调发展的方式";
const MODES = ["hybrid", "dense", "lexical"];

const box = byId("question");
const mode = byId("mode");
const answer = byId("answer");
const hits = byId("hits");

let running = null; // the AbortController of the question on its way
let draw = () => {}; // draws the present state again, in whatever language is on
let documents = null;
let shown = null; // the collection whose documents are listed

/** Put a question into the address and ask it. */
function submit(question) {
  const words = question.trim();
  if (!words) return box.focus();
  const address = new URLSearchParams({ q: words });
  if (mode.value !== "hybrid") address.set("mode", mode.value);
  if (inCollection()) address.set("collection", usedCollection());
  if (`?${address}` !== location.search) history.pushState(null, "", `/?${address}`);
  return followAddress();
}

/** Show what the address asks for; called at the start, after a submit, and on back and forward. */
async function followAddress() {
  const address = new URLSearchParams(location.search);
  const question = (address.get("q") ?? "").trim();
  followCollection(address.get("collection"));
  mode.value = MODES.includes(address.get("mode")) ? address.get("mode") : "hybrid";
  box.value = question;
  running?.abort();
  closeCard();
  document.body.classList.toggle("asked", Boolean(question));
  document.title = question ? `${question} · 问渠` : "问渠 · Wenqu";
  rememberQuestion();
  if (!question) return show(() => fill([], []));
  running = new AbortController();
  const { signal } = running;
  show(drawLoading);
  answer.setAttribute("aria-busy", "true");
  try {
    const result = await ask({ question, mode: mode.value }, signal);
    if (!signal.aborted) show(() => fill(answerView(result), hitsView(result)));
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    show(() => fill(errorView(error), []));
  }
  answer.setAttribute("aria-busy", "false");
}

/** Ask the collection that the address names; its documents are fetched when it is another than before. */
function followCollection(name) {
  useCollection(name);
  byId("home").href = `/${inCollection()}`;
  if (usedCollection() === shown) return;
  shown = usedCollection();
  documents = null;
  showCollection();
}

/** Turn to another collection; a question in the box is asked there. */
function chooseCollection(name) {
  useCollection(name);
  const address = new URLSearchParams(inCollection());
  const question = new URLSearchParams(location.search).get("q");
  if (question) address.set("q", question);
  history.pushState(null, "", `/${address.size ? `?${address}` : ""}`);
  followAddress();
}

function show(drawing) {
  draw = drawing;
  draw();
}

function fill(answerNodes, hitNodes) {
  answer.replaceChildren(...answerNodes);
  hits.replaceChildren(...hitNodes);
}

function drawLoading() {
  fill([el("p", { class: "loading" }, t("asking"))], []);
}

function errorView(error) {
  const sentences = explain(error);
  return [
    el(
      "div",
      { class: "notice", role: "alert" },
      el("p", { class: "notice-title" }, t("failed")),
      ...sentences.map((sentence, index) => el("p", { class: index > 0 && "account" }, sentence)),
      passes(error.status) && el("button", { type: "button", onclick: followAddress }, t("retry")),
    ),
  ];
}

/** Whether the same question may succeed later: unreachable, too slow, too busy, or a fault of the service. */
function passes(status) {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

/** Under the box: how to begin, which depends on what is there to be asked. */
function drawBeginning() {
  const place = byId("examples");
  byId("document-count").textContent = documents?.length ?? "";
  if (documents?.length === 0) {
    place.replaceChildren(
      el(
        "div",
        { class: "empty" },
        el("p", { class: "empty-title" }, t("emptyTitle")),
        el("p", {}, t("emptyText")),
        el("button", { type: "button", class: "strong", onclick: openDocuments }, t("addDocuments")),
      ),
    );
    return;
  }
  const onlySample = documents?.length === 1 && documents[0].title === SAMPLE_TITLE;
  const chip = (question) => el("button", { type: "button", class: "chip", onclick: () => submit(question) }, question);
  place.replaceChildren(...(onlySample ? t("examples").map(chip) : []));
}

/** So that the reader view can lead back to the question it came from. */
function rememberQuestion() {
  try {
    sessionStorage.setItem("wenqu.asked", location.search);
  } catch {
    // Storage may be forbidden; then the way back is the empty page.
  }
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  submit(box.value);
});
box.addEventListener("keydown", (event) => {
  // While an input method is composing, Enter chooses characters; keyCode 229 is how Safari says so.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit(box.value);
});
mode.addEventListener("change", () => box.value.trim() && submit(box.value));
addEventListener("popstate", followAddress);

translate();
languageButton(byId("language"), () => {
  closeCard();
  draw();
  drawBeginning();
  drawCollections();
  drawDocuments();
});
startCollections(chooseCollection);
startDocuments((list) => {
  documents = list;
  drawBeginning();
});
followAddress();
