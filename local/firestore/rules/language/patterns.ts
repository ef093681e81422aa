// Regular expressions of the rules language, which are RE2's. What RE2 has no meaning for is refused, since a pattern
// that only works here would fail in production.
import { EvaluationError } from "../rule-values.ts";

const LEADING_FLAGS = /^\(\?([ims]+)\)/;
/** Look-around, named groups, flags inside a pattern, and back-references. */
const NOT_OF_RE2 = /\(\?(?!:)|\\[1-9k]/;

/** Throws SyntaxError. */
function compiled(pattern: string, frame: (source: string) => string, extra: string): RegExp {
  const flags = LEADING_FLAGS.exec(pattern)?.[1] ?? "";
  const source = pattern.replace(LEADING_FLAGS, "");
  if (NOT_OF_RE2.test(source)) {
    throw new SyntaxError("look-around, flags inside, named groups and back-references are not supported");
  }
  return new RegExp(frame(source), [...new Set(`${flags}u${extra}`)].join(""));
}

/** A pattern as `matches` uses it: it must fit the whole string. Throws SyntaxError. */
export const wholeMatch = (pattern: string): RegExp => compiled(pattern, (source) => `^(?:${source})$`, "");

/** A pattern as `split` and `replace` use it: wherever it fits. Throws EvaluationError. */
export function everyMatch(pattern: string): RegExp {
  return usable(() => compiled(pattern, (source) => source, "g"));
}

/** A fault of a pattern that only evaluation sees is an error of that evaluation. */
export function usable(compile: () => RegExp): RegExp {
  try {
    return compile();
  } catch (error) {
    throw new EvaluationError(`unusable pattern: ${error instanceof Error ? error.message : String(error)}`);
  }
}
