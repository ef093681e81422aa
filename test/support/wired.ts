// One function instance over a test's world, with everything that an entry may ask of it: hooks and machines that sign,
// users that are signed in, people who are told. What entries find in place of the wiring to Google.
import type { Duties } from "#functions/compose.ts";
import { MACHINE, machineEntry, memoryAuthenticator } from "./commands.ts";
import { createMemoryNotifier, type MemoryNotifier } from "./memory/notifier.ts";
import { createMemorySecrets } from "./memory/secrets.ts";
import { SIGNED_HOOK, SIGNING_SECRET } from "./receiver.ts";
import { ACCOUNT, VENUE_KEYS, type World } from "./world.ts";

interface WiredInstance {
  readonly duties: Duties;
  /** The receiver of notifications. */
  readonly notifier: MemoryNotifier;
}

export function wiredOver(world: World): WiredInstance {
  const notifier = createMemoryNotifier();
  const machines = { [MACHINE]: machineEntry() };
  const secrets = createMemorySecrets(
    { [ACCOUNT]: VENUE_KEYS },
    { [SIGNED_HOOK]: [SIGNING_SECRET] },
    machines,
  );
  const given = { notifier, secrets, authenticator: memoryAuthenticator };
  return { duties: world.instance("function", given).duties, notifier };
}
