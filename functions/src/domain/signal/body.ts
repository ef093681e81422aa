// An alert body, JSON or text, as named fields without secrets. The sender's content type is not trusted: TradingView
// derives it from the text, others set what they like.
import { createHash } from "node:crypto";
import { SignalFault } from "./fault.ts";
import { type NamedFields, nameFields, type SentField } from "./field-names.ts";
import { readJsonBody } from "./json-body.ts";
import { isDirectToken, redactText } from "./redact.ts";
import { readTextBody } from "./text-body.ts";

export interface SentBody {
  readonly format: "json" | "text";
  /** The `token` field, for authentication only; it is not among the fields any more. */
  readonly token: string | null;
  readonly sent: readonly SentField[];
}

/**
 * Fields as sent. Throws SignalFault for a body that is something else than a JSON object or key=value text.
 * `knownSecrets` are values seen used as one in the same request: they are taken out wherever they stand.
 */
export function readBody(text: string, knownSecrets: readonly string[] = []): SentBody {
  const format = /^\s*[{["]/.test(text) ? "json" : "text";
  const sent = format === "json" ? readJsonBody(text) : readTextBody(text);
  const token = sent.find(({ name }) => isDirectToken(name))?.value ?? null;
  const secrets = token === null ? knownSecrets : [...knownSecrets, token];
  const clean = sent
    .filter(({ name }) => !isDirectToken(name))
    .map(({ name, value }) => ({
      name: redactText(name, secrets),
      value: value === null ? null : redactText(value, secrets),
    }));
  return { format, token, sent: clean };
}

/** Named fields. Throws SignalFault, see `nameFields`. */
export function namedFields(body: SentBody): NamedFields {
  return nameFields(body.sent);
}

/**
 * Identifies an alert: two bodies with the same fields in any order are the same alert. The token is left
 * out, so rotating it keeps the alert the same.
 */
export function bodyFingerprint(body: SentBody): string {
  const fields = body.sent.map(({ name, value }) => [name, value]);
  return createHash("sha256").update(JSON.stringify(fields.sort()), "utf8").digest("hex");
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
