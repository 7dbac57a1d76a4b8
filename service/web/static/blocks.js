// A document's text cut into blocks that can be laid out one by one, so that millions of characters stay light.

const LIMIT = 4000; // UTF-16 units in a block; longer ones cost a visible pause when they scroll into view

/**
 * Cut text[from:to] into spans that cover it without gap: {start, end, kind} in UTF-16 units.
 * Kinds: "gap" (white space at either end or under a heading), "heading" (a first line that is the section's own title), "text".
 */
export function blocksOf(text, from, to, title) {
  const words = text.slice(from, to);
  const lead = words.length - words.trimStart().length;
  const start = from + lead;
  const end = Math.max(start, from + words.trimEnd().length);
  const blocks = [];
  const push = (first, last, kind) => last > first && blocks.push({ start: first, end: last, kind });
  push(from, start, "gap");
  const afterHeading = Math.min(end, start + headingLength(text.slice(start, Math.min(end, start + 400)), title));
  push(start, afterHeading, "heading");
  const body = afterHeading > start ? afterHeading + blankLines(text.slice(afterHeading, end)) : start;
  push(afterHeading, body, "gap");
  for (let position = body; position < end; ) {
    const next = end - position > LIMIT ? cut(text, position) : end;
    push(position, next, "text");
    position = next;
  }
  push(end, to, "gap");
  return blocks;
}

/** How much of the beginning is a heading line that says just the title, marks like # included: 0 if none is. */
function headingLength(beginning, title) {
  const line = beginning.split("\n", 1)[0];
  const plain = line.replace(/^[#\s]+|[#\s]+$/g, "");
  return title && plain === title.trim() ? Math.min(beginning.length, line.length + 1) : 0;
}

/** How much of the beginning is lines of nothing but white space. */
function blankLines(text) {
  return /^(?:[^\S\n]*\n)*/.exec(text)[0].length;
}

/** Where a long stretch may be broken: after a line, else after a sentence, else anywhere but inside a character. */
function cut(text, from) {
  const span = text.slice(from, from + LIMIT);
  const line = span.lastIndexOf("\n") + 1;
  if (line > LIMIT / 4) return from + line;
  const sentence = Math.max(...["。", "！", "？", "；", ". ", "! ", "? "].map((mark) => span.lastIndexOf(mark) + mark.length));
  if (sentence > LIMIT / 4) return from + sentence;
  const inPair = /[\ud800-\udbff]/.test(span.at(-1));
  return from + LIMIT - (inPair ? 1 : 0);
}
