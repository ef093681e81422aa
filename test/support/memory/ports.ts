// Every port of a composition in memory, for tests, benches and fuzzers that compose the product. Keeps true that what a
// caller did not give works as for a process that was given nothing: no secret, no venue, no receiver of notifications.
import type { Ports } from "#functions/compose.ts";
import { createMemoryBus } from "./bus.ts";
import { createFakeClock } from "./clock.ts";
import { impatientDeadline } from "./deadline.ts";
import { createMemoryDocuments } from "./documents.ts";
import { createSeededIdentity } from "./identity.ts";
import { createMemoryLogger } from "./logger.ts";
import { createMemorySecrets } from "./secrets.ts";
import { createMemoryTasks } from "./tasks.ts";

export function createMemoryPorts(given: Partial<Ports>): Ports {
  const clock = given.clock ?? createFakeClock();
  return {
    authenticator: { verify: async () => null },
    bus: createMemoryBus(),
    clock,
    deadline: impatientDeadline,
    documents: given.documents ?? createMemoryDocuments(clock),
    identity: createSeededIdentity(1),
    logger: createMemoryLogger(),
    notifier: null,
    openVenue: ({ accountId }) => {
      throw new Error(`No venue was given for account ${accountId}`);
    },
    secrets: createMemorySecrets({}),
    tasks: createMemoryTasks(),
    ...given,
  };
}
