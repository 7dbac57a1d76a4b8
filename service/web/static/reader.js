// The reader view: one document whole, its sections, and the cited words marked where they stand.

import { ApiError, describeDocument, documentText, inCollection, useCollection } from "./api.js";
import { blocksOf } from "./blocks.js";
import { CodePoints } from "./codepoints.js";
import { byId, el, languageOf, marked, quoted } from "./dom.js";
import { currentLanguage, languageButton, t, translate } from "./strings.js";

const status = byId("status");
const article = byId("text");
const toCitation = byId("to-citation");

let about = null; // the description of the document
let points = null; // its text, countable in code points
let blocks = []; // {start, end, kind, node} in UTF-16 units, in reading order
let cited = null; // {start, end} in code points
let problem = null; // what to say instead of the document

async function open() {
  const id = documentId();
  useCollection(new URLSearchParams(location.search).get("collection"));
  status.textContent = t("loadingDocument");
  try {
    const [description, text] = await Promise.all([describeDocument(id), documentText(id)]);
    about = description;
    points = new CodePoints(text);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    problem = error;
    return drawProblem();
  }
  status.replaceChildren();
  document.title = `${about.title} · 问渠`;
  drawText();
  drawWords();
  followHash();
}

function documentId() {
  const segment = location.pathname.split("/")[2] ?? "";
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function drawProblem() {
  const known = problem.status === 404 ? [t("unknownDocument")] : problem.details;
  status.replaceChildren(
    el(
      "div",
      { class: "notice" },
      ...(known.length ? known : [t("unreachable")]).map((sentence) => el("p", {}, sentence)),
      problem.status === 404
        ? el("a", { href: byId("back").href }, t("backToAsking"))
        : el("button", { type: "button", onclick: () => location.reload() }, t("retry")),
    ),
  );
}

/** The text once; it does not depend on the language of the interface. */
function drawText() {
  const whole = { title: "", kind: "section", start: 0, end: Infinity };
  const sections = about.sections.length ? about.sections : [whole];
  article.lang = languageOf(points.text) ?? "";
  const parts = sections.map((section, index) => sectionView(section, index));
  article.replaceChildren(...parts);
  blocks.forEach((block) => fillBlock(block, null));
  byId("title").textContent = about.title;
  byId("title").hidden = sections.some((section) => section.kind === "title"); // the text says it itself
}

function sectionView(section, index) {
  const [from, to] = [points.unit(section.start), points.unit(section.end)];
  const own = blocksOf(points.text, from, to, section.title);
  for (const block of own) {
    const tag = section.kind === "title" && block.kind !== "gap" ? "h1" : block.kind === "heading" ? "h2" : "div";
    block.node = el(tag, { class: `block ${block.kind}`, dir: "auto" });
    block.node.style.containIntrinsicSize = `auto ${estimatedHeight(block)}px`;
  }
  blocks.push(...own);
  const named = section.kind === "title" || !section.title || own.some((block) => block.kind === "heading");
  return el(
    "section",
    { id: `s${index}`, class: section.kind },
    !named && quoted("h2", { class: "label" }, section.title),
    ...own.map((block) => block.node),
  );
}

/** A guess is enough: the browser corrects it when the block comes near the window. */
function estimatedHeight({ start, end }) {
  const perLine = Math.max(18, Math.min(40, innerWidth / 18));
  return Math.ceil((end - start) / perLine) * 32;
}

function fillBlock(block, span) {
  const text = points.text.slice(block.start, block.end);
  const inside = span ? [[span.start - block.start, span.end - block.start]] : [];
  block.node.replaceChildren(...marked(text, inside));
  block.node.classList.toggle("has-mark", block.node.querySelector("mark") !== null);
}

/** Everything said in the language of the interface. */
function drawWords() {
  const numbers = new Intl.NumberFormat(currentLanguage());
  const counts = { characters: about.characters ?? length(), passages: about.passages?.length ?? 0 };
  for (const key of Object.keys(counts)) counts[key] = numbers.format(counts[key]);
  const date = about.metadata?.date;
  byId("facts").replaceChildren(...[t("documentFacts", counts), date].filter(Boolean).map((words) => el("span", {}, words)));
  byId("document-head").hidden = false;
  for (const node of article.querySelectorAll("section.boilerplate")) node.dataset.note = t("boilerplate");
  drawContents();
  drawCited();
}

function length() {
  return about.sections.at(-1)?.end ?? points.text.length;
}

function drawContents() {
  const entries = about.sections
    .map((section, index) => ({ ...section, index }))
    .filter((section) => section.kind === "section" && section.title);
  byId("contents").hidden = entries.length < 2;
  byId("contents-list").replaceChildren(
    ...entries.map(({ title, index }) => el("li", {}, quoted("a", { href: `#s${index}` }, title))),
  );
}

/** #c224-319 marks and shows these code points; #s3 goes to a section and leaves the mark. */
function followHash() {
  const span = /^#c(\d+)-(\d+)$/.exec(location.hash);
  if (span) return showCited(Number(span[1]), Number(span[2]));
  if (/^#s\d+$/.test(location.hash)) byId(location.hash.slice(1))?.scrollIntoView();
}

function showCited(start, end) {
  blocks.filter((block) => block.node.classList.contains("has-mark")).forEach((block) => fillBlock(block, null));
  cited = { start, end };
  const span = { start: points.unit(start), end: points.unit(end) };
  blocks.filter((block) => block.start < span.end && block.end > span.start).forEach((block) => fillBlock(block, span));
  cited.node = article.querySelector("mark");
  drawCited();
  if (!cited.node) return;
  cited.node.tabIndex = -1;
  cited.node.focus({ preventScroll: true }); // reading goes on from here, by keyboard and by screen reader
  scrollToCited();
}

function scrollToCited() {
  const scroll = () => {
    const tall = cited.node.getBoundingClientRect().height > innerHeight / 2;
    cited.node.scrollIntoView({ block: tall ? "start" : "center" });
  };
  scroll();
  // Blocks above had guessed heights; once they are laid out the place has moved a little.
  requestAnimationFrame(() => requestAnimationFrame(scroll));
}

function drawCited() {
  if (!cited) return;
  byId("where").textContent = cited.node ? t("position", cited) : t("wrongSpan");
  toCitation.hidden = !cited.node;
}

function wayBack() {
  try {
    return `/${sessionStorage.getItem("wenqu.asked") ?? ""}`;
  } catch {
    return "/";
  }
}

translate();
byId("back").href = wayBack();
byId("contents").open = matchMedia("(min-width: 1000px)").matches;
languageButton(byId("language"), () => {
  if (problem) drawProblem();
  else if (about) drawWords();
});
toCitation.addEventListener("click", () => {
  history.replaceState(null, "", `#c${cited.start}-${cited.end}`);
  scrollToCited();
});
addEventListener("hashchange", () => points && followHash());
open();
