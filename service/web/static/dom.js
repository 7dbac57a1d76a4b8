// The only file that makes elements. Words become text nodes, never markup, so no document can act.

/** Make an element: el("p", {class: "note", onclick: f}, "words", child). Null and false children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The element with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Words of a document: isolated from the direction of the page around them, in the language they look like. */
export function quoted(tag, attributes, words, ...children) {
  const content = children.length ? children : [words];
  return el(tag, { dir: "auto", lang: languageOf(words), ...attributes }, ...content);
}

/** Guess a language, only so that the browser picks the right glyph shapes: ja, ko, zh-CN or nothing. */
export function languageOf(words) {
  const start = words.slice(0, 2000);
  if (/[\u3040-\u30ff]/.test(start)) return "ja";
  if (/[\uac00-\ud7af]/.test(start)) return "ko";
  return /\p{Script=Han}/u.test(start) ? "zh-CN" : null;
}

/** Text with spans (UTF-16 units, any order) wrapped in <mark>: an array of strings and elements. */
export function marked(text, spans) {
  const pieces = [];
  let position = 0;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const start = Math.max(from, position);
    const end = Math.min(to, text.length);
    if (end <= start) continue;
    if (start > position) pieces.push(text.slice(position, start));
    pieces.push(el("mark", {}, text.slice(start, end)));
    position = end;
  }
  if (position < text.length) pieces.push(text.slice(position));
  return pieces;
}
