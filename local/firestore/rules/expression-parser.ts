// Parses rule expressions by precedence, loosest first: ?: then || then && then == != then in/is then < <= > >=
// then + - then * / % then ! - then member, index and call.
import type { BinaryOperator, Expression } from "./syntax-tree.ts";
import type { TokenCursor } from "./token-cursor.ts";

const BINARY_LEVELS: readonly (readonly BinaryOperator[])[] = [
  ["==", "!="],
  ["in"],
  ["<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/", "%"],
];
/** The level of `in`, where `is` stands too: its right side is a type name, not an expression. */
const IS_LEVEL = 1;

/** Parses one expression at the cursor. Throws RulesSyntaxError with the place of the first token that does not fit. */
export function parseExpression(cursor: TokenCursor): Expression {
  const test = parseLogical(cursor, "||");
  if (!cursor.sees("?")) return test;
  const { at } = cursor.take();
  const whenTrue = parseExpression(cursor);
  cursor.expect(":");
  return { kind: "conditional", at, test, whenTrue, whenFalse: parseExpression(cursor) };
}

function parseLogical(cursor: TokenCursor, operator: "&&" | "||"): Expression {
  const operand = (): Expression => (operator === "||" ? parseLogical(cursor, "&&") : parseBinary(cursor, 0));
  let left = operand();
  while (cursor.sees(operator)) {
    const { at } = cursor.take();
    left = { kind: "logical", at, operator, left, right: operand() };
  }
  return left;
}

function parseBinary(cursor: TokenCursor, level: number): Expression {
  const operators = BINARY_LEVELS[level];
  if (operators === undefined) return parseUnary(cursor);
  let left = parseBinary(cursor, level + 1);
  for (;;) {
    const operator = operators.find((candidate) => cursor.sees(candidate));
    if (operator !== undefined) {
      const { at } = cursor.take();
      left = { kind: "binary", at, operator, left, right: parseBinary(cursor, level + 1) };
    } else if (level === IS_LEVEL && cursor.sees("is")) {
      const { at } = cursor.take();
      left = { kind: "is", at, operand: left, type: cursor.expectWord("a type name").text };
    } else {
      return left;
    }
  }
}

function parseUnary(cursor: TokenCursor): Expression {
  const { at } = cursor.next;
  if (cursor.takeIf("!")) return { kind: "unary", at, operator: "!", operand: parseUnary(cursor) };
  if (cursor.takeIf("-")) return { kind: "unary", at, operator: "-", operand: parseUnary(cursor) };
  return parsePostfix(cursor);
}

function parsePostfix(cursor: TokenCursor): Expression {
  let object = parsePrimary(cursor);
  for (;;) {
    const { at } = cursor.next;
    if (cursor.takeIf(".")) {
      const member = cursor.expectWord("a member name");
      object = cursor.sees("(")
        ? { kind: "method", at: member.at, object, method: member.text, args: parseArguments(cursor) }
        : { kind: "member", at: member.at, object, member: member.text };
    } else if (cursor.takeIf("[")) {
      const index = parseExpression(cursor);
      const end = cursor.takeIf(":") ? parseExpression(cursor) : undefined;
      cursor.expect("]");
      object =
        end === undefined
          ? { kind: "index", at, object, index }
          : { kind: "range", at, object, start: index, end };
    } else {
      return object;
    }
  }
}

function parseArguments(cursor: TokenCursor): readonly Expression[] {
  cursor.expect("(");
  return parseSequence(cursor, ")");
}

function parseSequence(cursor: TokenCursor, close: string): readonly Expression[] {
  const items: Expression[] = [];
  while (!cursor.takeIf(close)) {
    if (items.length > 0) cursor.expect(",");
    items.push(parseExpression(cursor));
  }
  return items;
}

function parsePrimary(cursor: TokenCursor): Expression {
  const { kind, text, at } = cursor.next;
  if (kind === "bytes") return { kind: "literal", at, value: Buffer.from(cursor.take().text, "latin1") };
  if (kind === "string") return { kind: "literal", at, value: cursor.take().text };
  if (kind === "int") return { kind: "literal", at, value: BigInt(cursor.take().text) };
  if (kind === "float") return { kind: "literal", at, value: Number(cursor.take().text) };
  if (cursor.takeIf("(")) {
    const inner = parseExpression(cursor);
    cursor.expect(")");
    return inner;
  }
  if (cursor.takeIf("[")) return { kind: "list", at, items: parseSequence(cursor, "]") };
  if (cursor.takeIf("{")) return { kind: "map", at, entries: parseMapEntries(cursor) };
  if (cursor.sees("/")) return { kind: "path", at, segments: parsePathSegments(cursor) };
  cursor.expectWord("an expression");
  if (text === "true" || text === "false") return { kind: "literal", at, value: text === "true" };
  if (text === "null") return { kind: "literal", at, value: null };
  if (cursor.sees("(")) return { kind: "call", at, name: text, args: parseArguments(cursor) };
  return { kind: "name", at, name: text };
}

function parseMapEntries(cursor: TokenCursor): readonly (readonly [Expression, Expression])[] {
  const entries: [Expression, Expression][] = [];
  while (!cursor.takeIf("}")) {
    if (entries.length > 0) cursor.expect(",");
    const key = parseExpression(cursor);
    cursor.expect(":");
    entries.push([key, parseExpression(cursor)]);
  }
  return entries;
}

function parsePathSegments(cursor: TokenCursor): readonly (string | Expression)[] {
  const segments: (string | Expression)[] = [];
  while (cursor.takeIf("/")) {
    if (cursor.takeIf("$")) {
      cursor.expect("(");
      segments.push(parseExpression(cursor));
      cursor.expect(")");
    } else {
      segments.push(cursor.expectSegment());
    }
  }
  return segments;
}
