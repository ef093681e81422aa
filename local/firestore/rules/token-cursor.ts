// Walks over tokens for the parsers: look at the next one, take it, or refuse it with its place.
import { RulesSyntaxError, type SourcePosition } from "./rules-syntax-error.ts";
import type { Token } from "./tokenizer.ts";

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
