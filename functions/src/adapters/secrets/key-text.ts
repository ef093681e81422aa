// The stored text of an account's venue keys, `{"apiKey": "…", "secret": "…"}`. No error here carries a value: the parser's
// message would quote one, so it is left out.
import { z } from "zod";
import { MissingSecretError, type VenueKeys } from "#ports/secrets.ts";

const venueKeysShape: z.ZodType<VenueKeys> = z.strictObject({
  apiKey: z.string().trim().min(1),
  secret: z.string().trim().min(1),
});

/** `name` is what the text is stored under. Throws MissingSecretError. */
export function keysOfText(name: string, text: string): VenueKeys {
  return keysOfJson(name, jsonOf(name, text));
}

/** Throws MissingSecretError. */
export function keysOfJson(name: string, json: unknown): VenueKeys {
  const result = venueKeysShape.safeParse(json);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path }) => path.join(".") || "(root)");
  throw new MissingSecretError(
    `${name} is not of its shape, {"apiKey": "…", "secret": "…"}: see ${[...new Set(fields)].join(", ")}`,
  );
}

/** Throws MissingSecretError. */
export function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new MissingSecretError(`${name} is not JSON: store it as in .env.example`);
  }
}
