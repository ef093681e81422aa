// Settings of the recorder out of the environment: where, and with which keys. A production host is refused, whatever is
// asked for: the recorder trades.
import { z } from "zod";
import type { VenueKeys } from "#ports/secrets.ts";
import { venueOrigin } from "#schemas/settings.ts";

const settings = z.object({
  RECORD_ORIGIN: venueOrigin,
  RECORD_API_KEY: z.string().min(1),
  RECORD_SECRET: z.string().min(1),
});

/** Throws with every variable that is missing or refused; never repeats a key. */
export function recorderSettings(env: Readonly<Record<string, string | undefined>>): {
  readonly origin: string;
  readonly keys: VenueKeys;
} {
  const result = settings.safeParse(env);
  if (result.success) {
    const { RECORD_ORIGIN: origin, RECORD_API_KEY: apiKey, RECORD_SECRET: secret } = result.data;
    return { origin, keys: { apiKey, secret } };
  }
  const faults = result.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new Error(`The recorder needs the test network's address and keys:\n${faults.join("\n")}`);
}
