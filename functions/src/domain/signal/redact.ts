// Takes secrets out of what senders wrote, before any of it is stored, logged or answered. Must run on every text
// that leaves the parser.
import { comparableName, lastPart } from "./field-names.ts";
import { redactNamed } from "./redact-named.ts";

export const REDACTED = "[redacted]";

const SECRET_NAME = /token|passphrase|passw|secret|apikey|privatekey|authorization|credential|signature$/;
const SECRET_NAMES = new Set(["key", "auth", "pwd", "pass", "pin", "otp", "licenseid"]);

/** `name=value` and `name: value` with or without quotes, also in URLs. */
const NAMED_SECRET =
  /((?:token|passphrase|password|passwd|secret|api[_-]?key|private[_-]?key|authorization|auth|pwd|pass|otp|pin)\w{0,20}"?\s{0,3}[=:]\s{0,3})("(?:[^"\\]|\\.)*"?|[^\s,;&"}]+)/gi;
/**
 * The direct mode's token as a segment of the hook's own address: behind Hosting, at the function's own address, with
 * slashes that were escaped when the address became part of another one.
 */
const TOKEN_IN_PATH =
  /((?:\/|%2f)(?:hooks|webhook(?:(?:\/|%2f)hooks)?)(?:\/|%2f)(?!hooks(?:\/|%2f))[a-z0-9_-]+(?:\/|%2f))(?:(?!%2f)[^\s/?#"'&])+/gi;
const TOKEN_IN_QUERY = /([?&]token(?:=|%3d))[^\s&#"']+/gi;
/** Shorter strings occur by accident, and replacing them would garble what is kept. */
const MIN_KNOWN_SECRET_LENGTH = 6;

/** True when a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const comparable = comparableName(lastPart(name));
  return SECRET_NAMES.has(comparable) || SECRET_NAME.test(comparable);
}

/** The one secret that the body reader hands on, for authentication, before it takes it out. */
export function isDirectToken(name: string): boolean {
  return comparableName(name) === "token";
}

/** Free text without secrets. `knownSecrets` are values that the caller has seen used as one. */
export function redactText(text: string, knownSecrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of knownSecrets)
    if (secret.length >= MIN_KNOWN_SECRET_LENGTH)
      clean = clean.replaceAll(secret, REDACTED).replaceAll(escaped(secret), REDACTED);
  const named = redactNamed(clean, isSecretName, REDACTED).replace(
    NAMED_SECRET,
    (_all, name: string) => `${name}${REDACTED}`,
  );
  return redactAddresses(named).toWellFormed();
}

/** A text without the tokens of addresses in it, and nothing else changed. */
export function redactAddresses(text: string): string {
  return text
    .replace(TOKEN_IN_PATH, (_all, path: string) => `${path}${REDACTED}`)
    .replace(TOKEN_IN_QUERY, (_all, name: string) => `${name}${REDACTED}`);
}

/** As it stands in an address. */
function escaped(secret: string): string {
  return encodeURIComponent(secret.toWellFormed());
}
