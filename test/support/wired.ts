// One function instance over a test's world: what entries find in place of the wiring to Google. It is the product's own
// composition over ports in memory and the local exchange.
import type { Environment } from "#domain/documents/account.ts";
import type { Duties } from "#functions/compose.ts";
import { MACHINE, MACHINE_SECRET, memoryAuthenticator } from "./commands.ts";
import { impatientDeadline } from "./memory/deadline.ts";
import { createMemoryNotifier } from "./memory/notifier.ts";
import { createMemorySecrets } from "./memory/secrets.ts";
import { SIGNED_HOOK, SIGNING_SECRET } from "./receiver.ts";
import { ACCOUNT, VENUE_KEYS, type World } from "./world.ts";

export type Wired = Duties;

/** A new instance, configured for `environment`; a world's database says `test`. */
export function wiredOver(world: World, environment: Environment = "test") {
  const notifier = createMemoryNotifier();
  const machines = { [MACHINE]: { signingSecrets: [MACHINE_SECRET], accounts: [ACCOUNT] } };
  const secrets = createMemorySecrets({}, { [SIGNED_HOOK]: [SIGNING_SECRET] }, machines);
  const ports = {
    authenticator: memoryAuthenticator,
    deadline: impatientDeadline,
    notifier,
    secrets: { ...secrets, venueKeys: async () => VENUE_KEYS },
  };
  const wired: Wired = world.instance("function", ports, environment).duties;
  return { wired, notifier };
}
