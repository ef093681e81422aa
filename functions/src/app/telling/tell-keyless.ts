// The alert on an account whose venue keys are missing or unusable: nothing is read or traded for it until they are there.
import { utcHour } from "#domain/nav/nav-book.ts";
import type { MissingSecretError } from "#ports/secrets.ts";
import { type AlertDeps, raiseAlert } from "./alert.ts";

/** Once, and again every hour while it lasts. The message names the secret and never a value. */
export async function tellKeyless(
  deps: AlertDeps,
  accountId: string,
  { message }: MissingSecretError,
): Promise<void> {
  await raiseAlert(deps, {
    accountId,
    severity: "critical",
    code: "VENUE_KEYS_MISSING",
    message: `The account has no usable keys at its venue: ${message}. It is neither valued nor traded`,
    remedy: `npm run ballast -- keys set ${accountId} --file KEYS.json --write (docs/runbooks/rotate-api-keys.md)`,
    dedupeKey: utcHour(deps.clock.nowMs()),
  });
}
