// Walks over tokens for the parsers: look at the next one, take it, or refuse it with its place.
import { RulesSyntaxError, type SourcePosition } from "./rules-syntax-error.ts";
import type { Token } from "./tokenizer.ts";

/** Signs that no literal segment of a path holds. */
const SEGMENT_ENDS: ReadonlySet<string> = new Set([
  "/",
  "{",
  "}",
  "[",
  "]",
  ";",
  ",",
  ":",
  "==",
  "!=",
  "&&",
  "||",
  "?",
  "$",
]);

export class TokenCursor {
  readonly #tokens: readonly Token[];
  readonly #fileName: string;
  #index = 0;

  constructor(tokens: readonly Token[], fileName: string) {
    this.#tokens = tokens;
    this.#fileName = fileName;
  }

  get next(): Token {
    const token = this.#tokens[this.#index];
    if (token === undefined) throw new RangeError("The cursor stands behind the end token");
    return token;
  }

  /** True when the next token is this word or sign (a string literal never counts as one). */
  sees(text: string): boolean {
    const token = this.next;
    return (token.kind === "word" || token.kind === "sign") && token.text === text;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== "end") this.#index += 1;
    return token;
  }

  /** Takes the next token when it is `text`; tells whether it did. */
  takeIf(text: string): boolean {
    if (!this.sees(text)) return false;
    this.take();
    return true;
  }

  expect(text: string): Token {
    if (!this.sees(text)) throw this.fault(`expected '${text}' but found ${describe(this.next)}`);
    return this.take();
  }

  /** A segment of a path in a pattern or an expression: every token up to the next slash, brace or space. */
  expectSegment(): string {
    const { at } = this.next;
    let text = "";
    let end = this.next.start;
    while (this.next.start === end && !SEGMENT_ENDS.has(this.next.text) && this.next.kind !== "end") {
      if (this.next.kind === "string" || this.next.kind === "bytes") break;
      if (this.next.text === ")" && !text.includes("(")) break;
      text += this.next.text;
      end = this.take().end;
    }
    if (text === "") throw this.fault(`expected a path segment but found ${describe(this.next)}`, at);
    return text;
  }

  expectWord(what: string): Token {
    if (this.next.kind !== "word") throw this.fault(`expected ${what} but found ${describe(this.next)}`);
    return this.take();
  }

  fault(message: string, at: SourcePosition = this.next.at): RulesSyntaxError {
    return new RulesSyntaxError(this.#fileName, at, message);
  }
}

function describe(token: Token): string {
  return token.kind === "end" ? "the end of the file" : `'${token.text}'`;
}
