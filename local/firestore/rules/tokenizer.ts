// Cuts a rules file into tokens with their positions. It knows no grammar; a character it does not know is
// refused here.
import { RulesSyntaxError, type SourcePosition } from "./rules-syntax-error.ts";

type TokenKind = "word" | "string" | "bytes" | "int" | "float" | "sign" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** The text for words and signs, the decoded value for strings, the digits for numbers. */
  readonly text: string;
  readonly at: SourcePosition;
  /** Where it lies in the source: tokens that touch may be one segment of a path. */
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /(?<space>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<bytes>b'(?:[^'\\\n]|\\.)*'|b"(?:[^"\\\n]|\\.)*")|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<float>\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+))|(?<int>\d+)|(?<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(?<sign>==|!=|<=|>=|&&|\|\||\*\*|[{}()[\].,;:?!<>=+\-*/%$])/y;

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** Tokens of `source`, ending with one of kind `end`. Throws RulesSyntaxError at the first unknown character. */
export function tokenize(source: string, fileName: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN.source, "y");
  let line = 1;
  let lineStart = 0;
  let offset = 0;
  while (offset < source.length) {
    const at = { line, column: offset - lineStart + 1 };
    pattern.lastIndex = offset;
    const groups = pattern.exec(source)?.groups;
    if (groups === undefined) {
      throw new RulesSyntaxError(fileName, at, `unexpected character ${JSON.stringify(source[offset])}`);
    }
    const text = source.slice(offset, pattern.lastIndex);
    const token = tokenOf(groups, text, at, fileName);
    if (token !== undefined) tokens.push({ ...token, start: offset, end: pattern.lastIndex });
    for (let i = offset; i < pattern.lastIndex; i += 1) {
      if (source[i] === "\n") {
        line += 1;
        lineStart = i + 1;
      }
    }
    offset = pattern.lastIndex;
  }
  tokens.push({
    kind: "end",
    text: "",
    at: { line, column: offset - lineStart + 1 },
    start: offset,
    end: offset,
  });
  return tokens;
}

function tokenOf(
  groups: Readonly<Record<string, string | undefined>>,
  text: string,
  at: SourcePosition,
  fileName: string,
): Omit<Token, "start" | "end"> | undefined {
  if (groups.bytes !== undefined)
    return { kind: "bytes", text: unescapeBytes(text.slice(2, -1), at, fileName), at };
  if (groups.space !== undefined) return undefined;
  if (groups.string !== undefined) return { kind: "string", text: unquote(text, at, fileName), at };
  if (groups.word !== undefined) return { kind: "word", text, at };
  if (groups.float !== undefined) return { kind: "float", text, at };
  if (groups.int !== undefined) return { kind: "int", text, at };
  return { kind: "sign", text, at };
}

/** The bytes of `b'…'` as characters of one byte each. */
function unescapeBytes(text: string, at: SourcePosition, fileName: string): string {
  const bytes = Buffer.from(
    text.replace(/\\(?:x([0-9A-Fa-f]{2})|(.))/g, (_, hex: string | undefined, character = "") => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      const plain = ESCAPES[character];
      if (plain === undefined)
        throw new RulesSyntaxError(fileName, at, `unknown escape \\${character} in bytes`);
      return plain;
    }),
    "latin1",
  );
  return bytes.toString("latin1");
}

function unquote(quoted: string, at: SourcePosition, fileName: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/g, (_, character: string) => {
    const plain = ESCAPES[character];
    if (plain === undefined) {
      throw new RulesSyntaxError(fileName, at, `unknown escape \\${character} in a string`);
    }
    return plain;
  });
}
