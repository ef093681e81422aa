// Refuses, when the rules are loaded, a file beyond the size that the documentation of security rules allows.
import { RulesSyntaxError, type SourcePosition } from "./rules-syntax-error.ts";
import type { FunctionDeclaration, MatchBlock, RulesFile } from "./syntax-tree.ts";

const MAX_SOURCE_BYTES = 256 * 1024;
/** Match blocks within match blocks. */
const MAX_NESTING = 10;
/** Segments, and variables, of all nested patterns together. */
const MAX_SEGMENTS = 100;
const MAX_WILDCARDS = 20;
const MAX_PARAMETERS = 7;
const MAX_BINDINGS = 10;

type Fault = (at: SourcePosition, message: string) => RulesSyntaxError;

/** Throws RulesSyntaxError. */
export function checkLimits(source: string, rules: RulesFile, fileName: string): void {
  const fault: Fault = (at, message) => new RulesSyntaxError(fileName, at, message);
  if (Buffer.byteLength(source) > MAX_SOURCE_BYTES)
    throw fault({ line: 1, column: 1 }, `rules may have ${MAX_SOURCE_BYTES} bytes`);
  for (const declared of rules.functions) checkFunction(declared, fault);
  for (const match of rules.matches) checkMatch(match, { nesting: 1, segments: 0, wildcards: 0 }, fault);
}

interface Above {
  readonly nesting: number;
  readonly segments: number;
  readonly wildcards: number;
}

function checkMatch(match: MatchBlock, above: Above, fault: Fault): void {
  const { pattern, at } = match;
  const segments = above.segments + pattern.length;
  const wildcards = above.wildcards + pattern.filter(({ kind }) => kind !== "text").length;
  if (above.nesting > MAX_NESTING) throw fault(at, `match blocks may nest ${MAX_NESTING} deep`);
  if (segments > MAX_SEGMENTS) throw fault(at, `a path may have ${MAX_SEGMENTS} segments`);
  if (wildcards > MAX_WILDCARDS) throw fault(at, `a path may have ${MAX_WILDCARDS} variables`);
  for (const declared of match.functions) checkFunction(declared, fault);
  const below = { nesting: above.nesting + 1, segments, wildcards };
  for (const inner of match.matches) checkMatch(inner, below, fault);
}

function checkFunction({ at, name, parameters, bindings }: FunctionDeclaration, fault: Fault): void {
  if (parameters.length > MAX_PARAMETERS)
    throw fault(at, `'${name}' has ${parameters.length} parameters; ${MAX_PARAMETERS} are allowed`);
  if (bindings.length > MAX_BINDINGS)
    throw fault(at, `'${name}' has ${bindings.length} let bindings; ${MAX_BINDINGS} are allowed`);
}
