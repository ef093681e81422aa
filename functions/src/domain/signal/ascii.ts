// Letters and digits of alerts are ASCII. A sign that only looks like one (full width, invisible, from right to left) is a
// fault of its field, and is never turned into what it looks like.

const ASCII = /^\p{ASCII}*$/u;
const BLANK = new Set([" ", "\t", "\r", "\n"]);

export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** Without ASCII blanks at both ends. `trim` would also take away invisible signs. */
export function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && BLANK.has(text.charAt(from))) from += 1;
  while (to > from && BLANK.has(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** The ASCII text that a person would take this for; for telling look-alikes, never for reading one. */
export function lookOf(text: string): string {
  return text.normalize("NFKC").replace(/\p{Default_Ignorable_Code_Point}/gu, "");
}
