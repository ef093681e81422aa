// Guards people's eyes: a bidirectional control, an invisible sign or a letter of another alphabet never reaches an alert,
// a notification, the page or a terminal unmarked; and plain words stay as they are.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marked } from "#domain/telling/marked.ts";

describe("a deceptive sign is marked", () => {
  it.each([
    ["an override of the direction", "BTC\u202eTDSU", "BTC[U+202E]TDSU"],
    ["an isolate", "\u2066x\u2069", "[U+2066]x[U+2069]"],
    ["a mark of the direction", "a\u200fb", "a[U+200F]b"],
    ["a blank of no width", "BTC\u200bUSDT", "BTC[U+200B]USDT"],
    ["a joiner", "BTC\u200dUSDT", "BTC[U+200D]USDT"],
    ["a hidden sign of tags", "x\u{e0041}", "x[U+E0041]"],
    ["a Cyrillic letter", "\u0412TCUSDT", "[U+0412]TCUSDT"],
    ["a Greek letter", "\u0391DA", "[U+0391]DA"],
    ["a letter of full width", "\uff22TC", "[U+FF22]TC"],
    ["a digit of full width", "\uff11", "[U+FF11]"],
    ["a mathematical letter", "\u{1d401}TC", "[U+1D401]TC"],
    ["an i without its dot", "l\u0131quid", "l[U+0131]quid"],
    ["a sign of full width", "1\uff0e5", "1[U+FF0E]5"],
    ["a stroke over nothing", "1\u0336", "1[U+0336]"],
    ["a control", "a\u0000b\r\u007f", "a[U+0000]b[U+000D][U+007F]"],
    ["half a pair", "x\ud800", "x[U+D800]"],
    ["a sign for private use", "\ue000", "[U+E000]"],
    ["a line of another kind", "a\u2028b", "a[U+2028]b"],
    ["a filler that looks like a blank", "a\u3164b", "a[U+3164]b"],
  ])("%s", (_name, text, shown) => expect(marked(text)).toBe(shown));
});

describe("a plain text is shown as it is", () => {
  it.each([
    "BTCUSDT sold at 67,000.10 USD\nnext\tline",
    "Für Zoë, naïve: 5 €, ≥ 3 × 2 − 1 … “so” → ‘so’ – Straße",
    "5\u202f%",
    "\u26a0 \u2713",
  ])("%s", (text) => expect(marked(text)).toBe(text));

  it("also where its accent came apart", () => expect(marked("Zoe\u0308")).toBe("Zoë"));
});

it("marks a marked text no further, and leaves nothing unseen in any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const once = marked(text);
      expect(marked(once)).toBe(once);
      expect(once).not.toMatch(/[[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Cc}]--[\n\t]]/v);
    }),
  );
});
