// Methods of strings and bytes.
import { EvaluationError } from "../rule-values.ts";
import { bare, bytes, type MethodTable, text, unary } from "./expect.ts";
import { everyMatch, usable, wholeMatch } from "./patterns.ts";

export const STRING_METHODS: MethodTable = {
  size: bare((receiver) => BigInt([...text(receiver)].length)),
  lower: bare((receiver) => text(receiver).toLowerCase()),
  upper: bare((receiver) => text(receiver).toUpperCase()),
  trim: bare((receiver) => text(receiver).trim()),
  toUtf8: bare((receiver) => Buffer.from(text(receiver), "utf8")),
  matches: unary((receiver, pattern) => usable(() => wholeMatch(text(pattern))).test(text(receiver))),
  split: unary((receiver, pattern) => split(text(receiver), everyMatch(text(pattern)))),
  replace: {
    argumentCount: [2],
    apply: (receiver, [pattern = null, substitute = null]) => {
      const by = text(substitute);
      if (/\\\d/.test(by)) throw new EvaluationError("groups in a replacement are not supported");
      return text(receiver).replace(everyMatch(text(pattern)), () => by);
    },
  },
};

/** JavaScript's split would put the groups of the pattern into the result. */
function split(whole: string, pattern: RegExp): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of whole.matchAll(pattern)) {
    if (match[0] === "" && (match.index === 0 || match.index === whole.length)) continue;
    parts.push(whole.slice(from, match.index));
    from = match.index + match[0].length;
  }
  return [...parts, whole.slice(from)];
}

export const BYTES_METHODS: MethodTable = {
  size: bare((receiver) => BigInt(bytes(receiver).length)),
  toBase64: bare((receiver) => Buffer.from(bytes(receiver)).toString("base64")),
  toHexString: bare((receiver) => Buffer.from(bytes(receiver)).toString("hex").toUpperCase()),
};
