// Small damage to bytes and text, as networks, proxies, templates and attackers do it. Must not know what the bytes mean.
import type { Random } from "./random.ts";

/** Characters and words that parsers, paths and templates give a meaning to. */
const FRAGMENTS = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "\\",
  "\\u0000",
  "\\ud800",
  "\u0000",
  "\ufeff",
  "=",
  ";",
  "\n",
  "\r\n",
  " ",
  "null",
  "NaN",
  "1e999",
  "-0",
  "__proto__",
  "constructor",
  "{{ticker}}",
  "../",
  "%00",
  "/*",
] as const;
const MAX_CHANGES = 3;

/** One to three changes. The input is not touched. */
export function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  let changed = bytes;
  for (let left = 1 + random.int(MAX_CHANGES); left > 0; left -= 1) changed = changeBytes(random, changed);
  return changed;
}

/** One change to a text, which may be none: the caller compares. */
export function mutateText(random: Random, text: string): string {
  const at = random.int(text.length + 1);
  switch (random.int(8)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(at);
    case 2:
      return text.slice(0, at) + random.pick(FRAGMENTS) + text.slice(at);
    case 3:
      return text.slice(0, at) + text.slice(at + 1);
    case 4:
      return text.toUpperCase();
    case 5:
      return ` ${text} `;
    case 6:
      return text.slice(0, at) + random.text(1) + text.slice(at + 1);
    default:
      return text + text;
  }
}

function changeBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.int(bytes.length + 1);
  const before = bytes.subarray(0, at);
  switch (random.int(6)) {
    case 0: {
      const flipped = Uint8Array.from(bytes);
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.int(8));
      return flipped;
    }
    case 1:
      return joined(before, bytes.subarray(at + 1 + random.int(8)));
    case 2:
      return joined(before, Buffer.from(random.pick(FRAGMENTS), "utf8"), bytes.subarray(at));
    case 3:
      return joined(before, random.bytes(4), bytes.subarray(at));
    case 4: {
      const from = random.int(bytes.length + 1);
      return joined(before, bytes.subarray(from, from + random.int(32)), bytes.subarray(at));
    }
    default:
      return before;
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
