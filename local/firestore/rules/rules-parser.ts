// Parses the frame of a rules file: rules_version, the service, match blocks, allow statements and functions.
// Version 1, which counts where none is given, has `{x=**}` at the end of a path only, for one segment or more.
import { parseExpression } from "./expression-parser.ts";
import type {
  AllowStatement,
  FunctionDeclaration,
  MatchBlock,
  Operation,
  PatternSegment,
  RulesFile,
} from "./syntax-tree.ts";
import { TokenCursor } from "./token-cursor.ts";
import { tokenize } from "./tokenizer.ts";

const OPERATIONS: Readonly<Record<string, readonly Operation[]>> = {
  read: ["get", "list"],
  write: ["create", "update", "delete"],
  get: ["get"],
  list: ["list"],
  create: ["create"],
  update: ["update"],
  delete: ["delete"],
};

interface Block {
  readonly functions: FunctionDeclaration[];
  readonly matches: MatchBlock[];
  readonly allows: AllowStatement[];
}

/** Syntax tree of a rules file. Throws RulesSyntaxError with file, line and column. */
export function parseRules(source: string, fileName: string): RulesFile {
  const cursor = new TokenCursor(tokenize(source, fileName), fileName);
  const version = parseVersion(cursor);
  cursor.expect("service");
  cursor.expect("cloud");
  cursor.expect(".");
  cursor.expect("firestore");
  const block = parseBlock(cursor, version, false);
  if (cursor.next.kind !== "end") throw cursor.fault("expected the end of the file after the service");
  return { functions: block.functions, matches: block.matches };
}

type Version = "1" | "2";

function parseVersion(cursor: TokenCursor): Version {
  if (!cursor.takeIf("rules_version")) return "1";
  cursor.expect("=");
  const { kind, text, at } = cursor.take();
  if (kind !== "string" || (text !== "1" && text !== "2"))
    throw cursor.fault("rules_version is '1' or '2'", at);
  cursor.expect(";");
  return text;
}

function parseBlock(cursor: TokenCursor, version: Version, allowsHere: boolean): Block {
  const block: Block = { functions: [], matches: [], allows: [] };
  cursor.expect("{");
  while (!cursor.takeIf("}")) {
    if (cursor.sees("match")) block.matches.push(parseMatch(cursor, version));
    else if (cursor.sees("function")) block.functions.push(parseFunction(cursor));
    else if (cursor.sees("allow") && allowsHere) block.allows.push(parseAllow(cursor));
    else throw cursor.fault(`expected ${allowsHere ? "match, allow or function" : "match or function"}`);
  }
  return block;
}

function parseMatch(cursor: TokenCursor, version: Version): MatchBlock {
  const { at } = cursor.expect("match");
  const pattern: PatternSegment[] = [];
  while (cursor.takeIf("/")) pattern.push(parsePatternSegment(cursor, version));
  if (pattern.length === 0) throw cursor.fault("expected a path that starts with '/'");
  if (pattern.filter((segment) => segment.kind === "rest").length > 1) {
    throw cursor.fault("a path may hold {name=**} only once", at);
  }
  const rest = pattern.findIndex((segment) => segment.kind === "rest");
  if (version === "1" && rest >= 0 && rest < pattern.length - 1) {
    throw cursor.fault("in rules_version '1' {name=**} ends a path", at);
  }
  return { at, pattern, ...parseBlock(cursor, version, true) };
}

function parsePatternSegment(cursor: TokenCursor, version: Version): PatternSegment {
  if (!cursor.takeIf("{")) return { kind: "text", text: cursor.expectSegment() };
  const name = cursor.expectWord("a variable name").text;
  const rest = cursor.takeIf("=");
  if (rest) cursor.expect("**");
  cursor.expect("}");
  return rest ? { kind: "rest", name, atLeast: version === "1" ? 1 : 0 } : { kind: "one", name };
}

function parseAllow(cursor: TokenCursor): AllowStatement {
  const { at } = cursor.expect("allow");
  const operations = new Set<Operation>();
  do {
    const word = cursor.expectWord("an operation");
    const named = Object.hasOwn(OPERATIONS, word.text) ? OPERATIONS[word.text] : undefined;
    if (named === undefined) {
      throw cursor.fault(
        `unknown operation '${word.text}': use ${Object.keys(OPERATIONS).join(", ")}`,
        word.at,
      );
    }
    for (const operation of named) operations.add(operation);
  } while (cursor.takeIf(","));
  let condition: AllowStatement["condition"];
  if (cursor.takeIf(":")) {
    cursor.expect("if");
    condition = parseExpression(cursor);
  }
  cursor.expect(";");
  return { at, operations, condition };
}

function parseFunction(cursor: TokenCursor): FunctionDeclaration {
  const { at } = cursor.expect("function");
  const name = cursor.expectWord("a function name").text;
  const parameters: string[] = [];
  cursor.expect("(");
  while (!cursor.takeIf(")")) {
    if (parameters.length > 0) cursor.expect(",");
    parameters.push(cursor.expectWord("a parameter name").text);
  }
  cursor.expect("{");
  const bindings: { name: string; value: FunctionDeclaration["result"] }[] = [];
  while (cursor.takeIf("let")) {
    const bound = cursor.expectWord("a variable name").text;
    cursor.expect("=");
    bindings.push({ name: bound, value: parseExpression(cursor) });
    cursor.expect(";");
  }
  cursor.expect("return");
  const result = parseExpression(cursor);
  cursor.takeIf(";");
  cursor.expect("}");
  return { at, name, parameters, bindings, result };
}
