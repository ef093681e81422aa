// An alert body, JSON or text, as named fields without secrets. The sender's content type is not trusted: TradingView
// derives it from the text, others set what they like.
import { sha256 } from "./content.ts";
import { SignalFault } from "./fault.ts";
import { lastPart, type NamedFields, nameFields, nameOf, type SentField } from "./field-names.ts";
import { readJsonBody, type TakenApart } from "./json-body.ts";
import { isDirectToken, redactText } from "./redact.ts";
import { readTextBody } from "./text-body.ts";
import type { UnreadField } from "./unread.ts";

export interface SentBody extends TakenApart {
  readonly format: "json" | "text";
  /** The `token` field, for authentication only; it is not among the fields any more. */
  readonly token: string | null;
}

/**
 * Fields as sent. Throws SignalFault for a body that is something else than a JSON object or key=value text.
 * `knownSecrets` are values seen used as one in the same request: they are taken out wherever they stand.
 */
export function readBody(text: string, knownSecrets: readonly string[] = []): SentBody {
  const format = /^[ \t\r\n]*[{["]/.test(text) ? "json" : "text";
  const taken =
    format === "json" ? readJsonBody(text, (part) => redactText(part, knownSecrets)) : readTextBody(text);
  if (taken.repeated.some(isDirectToken))
    throw new SignalFault("AMBIGUOUS_SIGNAL", ["the token is there twice"], SEND_ONCE);
  const token = taken.sent.find(({ name }) => isDirectToken(name))?.value ?? null;
  const secrets = token === null ? knownSecrets : [...knownSecrets, token];
  const clean = ({ name, value }: SentField): SentField => ({
    name: redactText(name, secrets),
    value: value === null ? null : redactText(value, secrets),
  });
  return {
    format,
    token,
    sent: taken.sent.filter(({ name }) => !isDirectToken(name)).map(clean),
    repeated: taken.repeated.map((name) => redactText(name, secrets)),
    bare: taken.bare.map(clean),
  };
}

const SEND_ONCE = "Send each field once";
const QUOTE_IT = "Put quotes around placeholders that may be text or NaN";

/** Named fields, and those that are not certain. Throws SignalFault, see `nameFields`. */
export function namedFields({ sent, repeated, bare }: SentBody): NamedFields {
  const isTwice = ({ name }: SentField) => repeated.includes(lastPart(name));
  const named = nameFields(sent.filter((field) => !isTwice(field)));
  const unread: UnreadField[] = [
    ...bare.map(({ name, value }) => ({
      field: nameOf(name),
      isEmpty: true,
      code: "BODY_UNREADABLE" as const,
      fault: `the JSON cannot be read; ${name} is ${value === "" ? "not there" : value}`,
      remedy: QUOTE_IT,
    })),
    ...repeated.map((name) => ({
      field: nameOf(name),
      isEmpty: false,
      code: "AMBIGUOUS_SIGNAL" as const,
      fault: `${name} is there twice`,
      remedy: SEND_ONCE,
    })),
  ];
  return {
    ...named,
    unknown: [...named.unknown, ...sent.filter(isTwice)],
    unread: [...unread, ...named.unread],
  };
}

/**
 * Identifies an alert: two bodies with the same fields in any order are the same alert. The token is left
 * out, so rotating it keeps the alert the same.
 */
export function bodyFingerprint(body: SentBody): string {
  const fields = body.sent.map(({ name, value }) => [name, value]);
  return sha256(JSON.stringify(fields.sort()));
}

/** UTF-8 text of a body. Throws SignalFault BODY_UNREADABLE for other bytes. */
export function bodyText(rawBody: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(rawBody);
  } catch (error) {
    throw new SignalFault("BODY_UNREADABLE", ["the body is not UTF-8"], "Send the alert as UTF-8 text", {
      cause: error,
    });
  }
}
