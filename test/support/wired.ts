// One function instance over a test's world: what entries find in place of the wiring to Google. Composes the product's
// own use cases over ports in memory and the local exchange; re-implements none of them.
import type { Environment } from "#domain/documents/account.ts";
import { createReceiveCommand } from "#functions/app/commands/receive-command.ts";
import { environmentGuard } from "#functions/app/documents/check-environment.ts";
import { createReceiveSignal } from "#functions/app/receive/receive-signal.ts";
import type { wiring } from "#functions/wiring.ts";
import { MACHINE, MACHINE_SECRET, memoryAuthenticator } from "./commands.ts";
import { createMemoryNotifier } from "./memory/notifier.ts";
import { createMemorySecrets } from "./memory/secrets.ts";
import { impatientDeadline, SIGNED_HOOK, SIGNING_SECRET } from "./receiver.ts";
import { ACCOUNT, type World } from "./world.ts";

export type Wired = ReturnType<typeof wiring>;

/** A new instance, configured for `environment`; a world's database says `test`. */
export function wiredOver(world: World, environment: Environment = "test") {
  const instance = world.instance("function");
  const notifier = createMemoryNotifier();
  const machines = { [MACHINE]: { signingSecrets: [MACHINE_SECRET], accounts: [ACCOUNT] } };
  const secrets = createMemorySecrets({}, { [SIGNED_HOOK]: [SIGNING_SECRET] }, machines);
  const guard = environmentGuard(world.documents, environment);
  const deps = { ...instance, accountList: { profiles: [], loadedAtMs: 0 } };
  const front = { ...deps, guard, secrets, deadline: impatientDeadline };
  const receiveSignal = createReceiveSignal(front);
  const receiveCommand = createReceiveCommand({ ...front, authenticator: memoryAuthenticator });
  const wired: Wired = {
    logger: world.logger,
    guard,
    receiveSignal: () => receiveSignal,
    receiveCommand: () => receiveCommand,
    execution: () => deps,
    watchdog: () => ({ ...deps, watchdogMemory: new Map() }),
    nav: () => deps,
    outbox: () => ({ documents: world.documents, clock: world.clock, logger: world.logger, notifier }),
  };
  return { wired, notifier };
}
