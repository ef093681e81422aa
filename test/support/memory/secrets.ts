// Secrets in memory. What is not given is missing, as in production.
import type { MachineSecrets, Secrets, VenueKeys } from "#ports/secrets.ts";
import { MissingSecretError } from "#ports/secrets.ts";

export function createMemorySecrets(
  venueKeys: Readonly<Record<string, VenueKeys>>,
  hookSecrets: Readonly<Record<string, readonly string[]>> = {},
  machines: Readonly<Record<string, MachineSecrets>> = {},
): Secrets {
  return {
    async venueKeys(accountId) {
      const keys = venueKeys[accountId];
      if (keys === undefined) throw new MissingSecretError(`No venue keys for account ${accountId}`);
      return keys;
    },
    async hookSigningSecrets(hookId) {
      const secrets = hookSecrets[hookId];
      if (secrets === undefined) throw new MissingSecretError(`No signing secret for hook ${hookId}`);
      return secrets;
    },
    async machineSecrets(machine) {
      const secrets = machines[machine];
      if (secrets === undefined) throw new MissingSecretError(`No signing secret for machine ${machine}`);
      return secrets;
    },
  };
}
