// Secrets in memory. What is not given is missing, as in production.
import type { MachineSecrets, Secrets, StoredKeys, VenueKeys } from "#ports/secrets.ts";
import { MissingSecretError } from "#ports/secrets.ts";

/** Of keys that are never exchanged. */
export const FIRST_REVISION = "1";

export function createMemorySecrets(
  venueKeys: Readonly<Record<string, VenueKeys | StoredKeys>>,
  hookSecrets: Readonly<Record<string, readonly string[]>> = {},
  machines: Readonly<Record<string, MachineSecrets>> = {},
): Secrets {
  return {
    async venueKeys(accountId) {
      const keys = own(venueKeys, accountId);
      if (keys === undefined) throw new MissingSecretError(`No venue keys for account ${accountId}`);
      return { revision: FIRST_REVISION, ...keys };
    },
    async hookSigningSecrets(hookId) {
      const secrets = own(hookSecrets, hookId);
      if (secrets === undefined) throw new MissingSecretError(`No signing secret for hook ${hookId}`);
      return secrets;
    },
    async machineSecrets(machine) {
      const secrets = own(machines, machine);
      if (secrets === undefined) throw new MissingSecretError(`No signing secret for machine ${machine}`);
      return secrets;
    },
  };
}

/** A name that every object has, like `valueOf`, is no entry. */
function own<T>(entries: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}
