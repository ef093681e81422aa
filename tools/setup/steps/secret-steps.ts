// Secrets before the functions that need them: keys of the account at its paper venue, a signing secret for the proof, one
// for the machine that commands. A secret that is there stays as it is.
import { HOOK_SECRETS, MACHINE_SECRETS, newSigningSecret, VENUE_KEYS } from "../new-secrets.ts";
import { entriesOf, putEntry } from "../secret-entries.ts";
import type { SetupParts } from "../setup-parts.ts";
import type { Step } from "../step.ts";

/** The machine that posts commands from the command line. */
export const MACHINE = "bot";

/** Takes signed alerts for the account: the proof of setup is sent to it. */
export function proofHookId(accountId: string): string {
  return `signed-${accountId}`.padEnd(8, "-");
}

export function secretSteps(parts: SetupParts): readonly Step[] {
  const { answers, random } = parts;
  const { accountId } = answers;
  return [
    entry(parts, VENUE_KEYS, accountId, () => {
      const keys = parts.venueKeys();
      if (keys === null) throw new Error(`no keys for ${accountId} were given: --keys-file FILE`);
      return keys;
    }),
    entry(parts, HOOK_SECRETS, proofHookId(accountId), () => [newSigningSecret(random)]),
    entry(parts, MACHINE_SECRETS, MACHINE, () => ({
      signingSecrets: [newSigningSecret(random)],
      accounts: [accountId],
    })),
  ];
}

function entry({ project }: SetupParts, secret: string, key: string, value: () => unknown): Step {
  const wants = [`${secret}: an entry for ${key}`];
  return {
    name: `secret ${secret}`,
    needs: ["APIs"],
    wants,
    missing: async () => (Object.hasOwn(await entriesOf(project, secret), key) ? [] : wants),
    apply: () => putEntry(project, secret, key, value()),
  };
}
