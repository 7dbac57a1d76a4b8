// One answer of the API as elements: the answer with its marks, its sources, or an honest refusal; then the hits.

import { CodePoints } from "./codepoints.js";
import { citationMark, placeName, position, readerPath } from "./citation.js";
import { el, marked, quoted } from "./dom.js";
import { t } from "./strings.js";

/** The elements of an answer, or of a refusal. */
export function answerView(result) {
  return result.refused ? refusal(result) : answer(result);
}

/** The hits, folded away under an answer, unfolded under a refusal where they are all there is. */
export function hitsView(result) {
  if (!result.hits.length) return [];
  const name = t(result.refused ? "refusedHits" : "hits");
  return [
    el(
      "details",
      { class: "hits", open: result.refused },
      el("summary", {}, name, el("span", { class: "count" }, result.hits.length)),
      el("ol", {}, ...result.hits.map(hitView)),
    ),
  ];
}

function answer(result) {
  const paragraph = quoted("p", { class: "answer-text" }, result.answer, ...withMarks(result.answer, result.citations));
  const sources = el("ol", { class: "sources", "aria-label": t("sources") }, ...result.citations.map(sourceLine));
  return [paragraph, sources, el("p", { class: "facts" }, ...facts(result))];
}

function refusal(result) {
  // A reason in words is shown; one that is only a code says nothing to a person.
  const reason = result.reason && !/^[\w.-]+$/.test(result.reason) ? result.reason : null;
  return [
    el("p", { class: "refusal" }, t("refused")),
    reason && quoted("p", { class: "reason" }, reason),
    el("p", { class: "facts" }, ...facts(result)),
  ].filter(Boolean);
}

/** The answer's text with every [n] that is a citation turned into its mark; any other bracket stays as it is. */
function withMarks(text, citations) {
  const byNumber = new Map(citations.map((citation) => [String(citation.number), citation]));
  return text.split(/\[(\d+)\]/).map((piece, index) => {
    if (index % 2 === 0) return piece;
    const citation = byNumber.get(piece);
    return citation ? citationMark(citation) : `[${piece}]`;
  });
}

function sourceLine(citation) {
  return el(
    "li",
    {},
    el(
      "a",
      { href: readerPath(citation) },
      el("span", { class: "number" }, `[${citation.number}]`),
      quoted("span", { class: "place" }, placeName(citation)),
      el("span", { class: "position" }, position(citation)),
    ),
  );
}

function facts(result) {
  const parts = [el("span", {}, t("took", { seconds: Math.max(0.01, result.took_ms / 1000).toFixed(2) }))];
  if (typeof result.confidence === "number") {
    parts.unshift(el("span", {}, t("confidence", { percent: Math.round(result.confidence * 100) })));
  }
  return parts;
}

function hitView({ score, arms, passage, highlights }) {
  const text = new CodePoints(passage.text);
  const spans = highlights.map(([start, end]) => [text.unit(start - passage.start), text.unit(end - passage.start)]);
  return el(
    "li",
    {},
    el(
      "p",
      { class: "hit-head" },
      el(
        "a",
        { href: readerPath(passage) },
        quoted("span", { class: "place" }, placeName(passage)),
        el("span", { class: "position" }, position(passage)),
      ),
    ),
    quoted("p", { class: "hit-text" }, passage.text, ...marked(passage.text, spans)),
    el("p", { class: "facts" }, ...why(score, arms).map((words) => el("span", {}, words))),
  );
}

function why(score, arms) {
  return [
    t("why", { score: score.toFixed(2) }),
    arms?.dense ? t("dense", arms.dense) : t("notInDense"),
    arms?.lexical ? t("lexical", arms.lexical) : t("notInLexical"),
  ];
}
