// The calls of Google that each function makes, seen while it runs: the simulation's deployments with a look at every port.

import { presentRelease } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import { everyVenueAt } from "#domain/risk/live-gate.ts";
import type { Ports } from "#functions/compose.ts";
import { compose } from "#functions/compose.ts";
import type { Mutation } from "#test/simulation/mutations/mutation.ts";
import { simulate } from "#test/simulation/simulate.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { createMemoryNotifier } from "#test/support/memory/notifier.ts";
import { createMemoryPorts } from "#test/support/memory/ports.ts";

/** Beyond every limit of silence. */
const LONG_SILENCE_MS = 86_400_000;

/** By a function's kind in the simulation: `documents.commit`, `bus.publish` … */
type Uses = ReadonlyMap<string, ReadonlySet<string>>;

export interface Observed {
  readonly uses: Uses;
  /** Collections with a document that expires. */
  readonly expiring: ReadonlySet<string>;
}

export async function observe(seeds: readonly number[]): Promise<Observed> {
  const uses = new Map<string, Set<string>>();
  const expiring = new Set<string>();
  const see = (kind: string, use: string): void => {
    const seen = uses.get(kind) ?? new Set();
    uses.set(kind, seen.add(use));
  };
  for (const seed of seeds) {
    const { violation } = await simulate({ seed, mutation: watching(see, expiring) });
    if (violation !== null) throw new Error(`Seed ${seed} breaks ${violation.invariant}`);
  }
  await askWithToken(see);
  await missThePublisher(see);
  // Hourly, which is longer than a simulated run.
  await processOf("universe", see).duties.refreshUniverse();
  return { uses, expiring };
}

type See = (kind: string, use: string) => void;

function watching(see: See, expiring: Set<string>): Mutation {
  return {
    name: "watching",
    says: "Nothing: it looks on.",
    hooks: () => ({
      ports: (ports, { process }) => watched(ports, (use) => see(process.kind, use)),
      documents: (documents) => ({
        ...documents,
        getAll: (all) => documents.getAll(all),
        query: (query) => documents.query(query),
        commit: (writes) => {
          for (const write of writes)
            if ("data" in write && "expireAt" in write.data) expiring.add(write.path.split("/").at(-2) ?? "");
          return documents.commit(writes);
        },
      }),
    }),
  };
}

function watched(ports: Ports, saw: (use: string) => void): Ports {
  const port = <P extends object>(name: string, given: P): P =>
    new Proxy(given, {
      get(target, method, receiver) {
        const member: unknown = Reflect.get(target, method, receiver);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          saw(`${name}.${String(method)}`);
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
  const { authenticator, bus, documents, secrets, tasks } = ports;
  return {
    ...ports,
    authenticator: port("authenticator", authenticator),
    bus: port("bus", bus),
    documents: port("documents", documents),
    secrets: port("secrets", secrets),
    tasks: port("tasks", tasks),
  };
}

/** A process over an empty database of its own, with a receiver of notifications. */
function processOf(kind: string, see: See) {
  const clock = createFakeClock();
  const documents = createMemoryDocuments(clock);
  documents.seed(paths.environment, { name: "test" });
  const settings = {
    environment: "test",
    holderId: "p-1",
    paperOrigins: everyVenueAt("http://127.0.0.1:1"),
    release: presentRelease("new"),
  } as const;
  const given = createMemoryPorts({ clock, documents, notifier: createMemoryNotifier() });
  const { duties } = compose(
    watched(given, (use) => see(kind, use)),
    settings,
  );
  return { duties, documents, nowMs: clock.nowMs() };
}

/** Only machines post commands in a simulated run: a person's token is brought here. */
async function askWithToken(see: See): Promise<void> {
  await processOf("commands", see).duties.receiveCommand({
    target: { kind: "post" },
    headers: { authorization: "Bearer a.b.c" },
    rawBody: new Uint8Array(),
  });
}

/** Rare in a simulated run: a publisher that has fallen silent, of which telemetry alone can tell. */
async function missThePublisher(see: See): Promise<void> {
  const { duties, documents, nowMs } = processOf("telemetry", see);
  documents.seed(paths.telemetry("main", "publisher"), {
    accountId: "main",
    pingedAtMs: nowMs - LONG_SILENCE_MS,
    circuit: "CLOSED",
    failures: 0,
    lastError: null,
    failingSinceMs: null,
  });
  await duties.sweepTelemetry();
}
