// Spans of the API count Unicode code points, strings of the browser count UTF-16 units; here they meet.

const STRIDE = 4096;

/** A text that can be cut by code points, also when it has millions of them. */
export class CodePoints {
  constructor(text) {
    this.text = text;
    // Without surrogate pairs the two ways of counting agree, which is so for nearly every document.
    this.marks = /[\ud800-\udbff]/.test(text) ? landmarks(text) : null;
  }

  /** The UTF-16 position of a code point: unit(2) of "𠮷野家" is 3. */
  unit(point) {
    if (!this.marks) return Math.max(0, Math.min(point, this.text.length));
    const landmark = Math.max(0, Math.min(Math.floor(point / STRIDE), this.marks.length - 1));
    let unit = this.marks[landmark];
    for (let left = point - landmark * STRIDE; left > 0 && unit < this.text.length; left -= 1) {
      unit += isPair(this.text, unit) ? 2 : 1;
    }
    return unit;
  }

  /** text[start:end], counted as Python counts. */
  slice(start, end) {
    return this.text.slice(this.unit(start), this.unit(end));
  }
}

/** The UTF-16 position of every STRIDE-th code point. */
function landmarks(text) {
  const marks = [];
  let point = 0;
  for (let unit = 0; unit < text.length; point += 1) {
    if (point % STRIDE === 0) marks.push(unit);
    unit += isPair(text, unit) ? 2 : 1;
  }
  return marks.length ? marks : [0];
}

function isPair(text, unit) {
  return text.codePointAt(unit) > 0xffff;
}
