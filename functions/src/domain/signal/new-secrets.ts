// New tokens and signing secrets in the forms that the receiver takes. Their bytes come from the caller.

/** 192 bits: beyond guessing, short enough for an alert's message. */
const TOKEN_BYTES = 24;
/** Standard Webhooks asks for 24 to 64 bytes. */
const SIGNING_BYTES = 32;

export type RandomBytes = (count: number) => Buffer;

export function newToken(random: RandomBytes): string {
  return random(TOKEN_BYTES).toString("base64url");
}

export function newSigningSecret(random: RandomBytes): string {
  return `whsec_${random(SIGNING_BYTES).toString("base64")}`;
}
