// Text for people's eyes, in alerts, notifications, on the page and in a terminal, without signs that deceive them. A letter
// that only looks like another, a sign that is not seen, or one that turns the reading direction stands there as its code
// point, `[U+202E]`. Must change nothing else, so that marking a text twice is marking it once.

const PLAIN_TEXT = /^[\x20-\x7e\n\t]*$/;
const OTHER_SIGN = /[^\x20-\x7e\n\t]/gu;
const LETTER = /[\p{L}\p{N}\p{M}]/u;
/** Of another alphabet's letters some look like ours, so all of them are marked: `è` is shown, a Cyrillic `е` is not. */
const ACCENTED = /^[A-Za-z]\p{M}+$/u;
const LIKE_NO_OTHER = new Set("ßæÆœŒøØåÅðÐþÞ");
const VISIBLE = /[\p{P}\p{S}]/u;
const ASCII_SIGN = /^[\x21-\x7e]$/;
/** Blanks of fixed width, which typography puts between number and unit. */
const BLANKS = new Set(["\u00a0", "\u2009", "\u202f"]);

/** The same text with every deceptive sign as its code point. */
export function marked(text: string): string {
  if (PLAIN_TEXT.test(text)) return text;
  return text.normalize("NFC").replace(OTHER_SIGN, (sign) => (isPlain(sign) ? sign : codePoint(sign)));
}

function isPlain(sign: string): boolean {
  if (LETTER.test(sign)) return ACCENTED.test(sign.normalize("NFD")) || LIKE_NO_OTHER.has(sign);
  if (VISIBLE.test(sign)) return !ASCII_SIGN.test(sign.normalize("NFKC"));
  return BLANKS.has(sign);
}

function codePoint(sign: string): string {
  const hex = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `[U+${hex.padStart(4, "0")}]`;
}
