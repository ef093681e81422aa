// Cuts a rules file into tokens with their positions. It knows no grammar; a character it does not know is
// refused here.
import { RulesSyntaxError, type SourcePosition } from "./rules-syntax-error.ts";

type TokenKind = "word" | "string" | "int" | "float" | "sign" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** The text for words and signs, the decoded value for strings, the digits for numbers. */
  readonly text: string;
  readonly at: SourcePosition;
}

const TOKEN =
  /(?<space>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<float>\d+\.\d+)|(?<int>\d+)|(?<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(?<sign>==|!=|<=|>=|&&|\|\||\*\*|[{}()[\].,;:?!<>=+\-*/%$])/y;

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
    if (token !== undefined) tokens.push(token);
    for (let i = offset; i < pattern.lastIndex; i += 1) {
      if (source[i] === "\n") {
        line += 1;
        lineStart = i + 1;
      }
    }
    offset = pattern.lastIndex;
  }
  tokens.push({ kind: "end", text: "", at: { line, column: offset - lineStart + 1 } });
  return tokens;
}

function tokenOf(
  groups: Readonly<Record<string, string | undefined>>,
  text: string,
  at: SourcePosition,
  fileName: string,
): Token | undefined {
  if (groups.space !== undefined) return undefined;
  if (groups.string !== undefined) return { kind: "string", text: unquote(text, at, fileName), at };
  if (groups.word !== undefined) return { kind: "word", text, at };
  if (groups.float !== undefined) return { kind: "float", text, at };
  if (groups.int !== undefined) return { kind: "int", text, at };
  return { kind: "sign", text, at };
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
