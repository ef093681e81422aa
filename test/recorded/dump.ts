// A stopped run as one JSON text, loss-free: documents with their versions and times, the exchange's whole state, what
// the broker still owes, and what the same world is built from. One document a line, so that a difference can be read.
import type { DocumentData, DocumentValue } from "#ports/documents.ts";
import type { InFlight } from "#test/simulation/platform/broker.ts";
import { MACHINE, MACHINE_SECRET } from "#test/simulation/platform/command-front.ts";
import { PRICE_STEP_MS } from "#test/simulation/venues.ts";
import { keysOf } from "#test/simulation/workload/account-keys.ts";
import type { RunSetup } from "#test/simulation/workload/setup.ts";
import { ENVIRONMENT, type World } from "#test/simulation/world.ts";

interface RecordedDocument {
  readonly path: string;
  /** Commit time; documents of one commit share it, and the inbox is taken in the order of it. */
  readonly version: string;
  /** A `Date` is `{"$date": "…Z"}`; everything else is as it is. */
  readonly data: unknown;
}

export interface Recording {
  readonly recording: string;
  readonly says: string;
  /** Version of the package whose code wrote all of it. */
  readonly release: string;
  readonly seed: number;
  readonly atMs: number;
  readonly environment: string;
  readonly setup: RunSetup;
  readonly secrets: {
    readonly venueKeys: Readonly<Record<string, { readonly apiKey: string; readonly secret: string }>>;
    readonly hookSecrets: Readonly<Record<string, readonly string[]>>;
    readonly machines: Readonly<Record<string, unknown>>;
  };
  readonly inFlight: InFlight;
  /** `state` is the text of the engine's codec, parsed as plain JSON: stringified again it restores the exchange. */
  readonly exchange: {
    readonly seed: number;
    readonly stepMs: number;
    readonly hash: string;
    readonly state: unknown;
  };
  readonly documents: readonly RecordedDocument[];
}

const DATE = "$date";

/** Throws for data that would not come back as it was. */
function plainOf(value: DocumentValue): unknown {
  if (value instanceof Date) return { [DATE]: value.toISOString() };
  if (Array.isArray(value)) return value.map((item) => plainOf(item as DocumentValue));
  if (typeof value !== "object" || value === null) return value;
  if (DATE in value) throw new Error(`A document with a field ${DATE} cannot be recorded`);
  return Object.fromEntries(Object.entries(value).map(([field, of]) => [field, plainOf(of)]));
}

/** Reverses `plainOf`. */
export function storedOf(plain: unknown): DocumentValue {
  if (Array.isArray(plain)) return plain.map(storedOf);
  if (typeof plain !== "object" || plain === null) return plain as DocumentValue;
  const date = (plain as Record<string, unknown>)[DATE];
  if (typeof date === "string") return new Date(date);
  return Object.fromEntries(
    Object.entries(plain).map(([field, of]) => [field, storedOf(of)]),
  ) as DocumentData;
}

export interface Told {
  readonly recording: string;
  readonly says: string;
  readonly release: string;
  readonly seed: number;
}

/** The world must stand still: its processes are dead. */
export async function recordingOf(world: World, told: Told): Promise<Recording> {
  const { setup, store, exchange, broker, queue } = world;
  const snapshots = await store.getAll(Object.keys(store.dump()));
  const documents = snapshots.map(({ path, version, data }): RecordedDocument => {
    if (data === null || version === null) throw new Error(`${path} has gone`);
    return { path, version, data: plainOf(data) };
  });
  const accounts = setup.accounts.map(({ profile }) => profile.accountId);
  const hooks = setup.accounts.flatMap((account) => account.hooks);
  return {
    ...told,
    atMs: queue.nowMs,
    environment: ENVIRONMENT,
    setup,
    secrets: {
      venueKeys: Object.fromEntries(accounts.map((accountId) => [accountId, keysOf(accountId)])),
      hookSecrets: Object.fromEntries(hooks.map(({ hookId, secret }) => [hookId, [secret]])),
      machines: { [MACHINE]: { signingSecrets: [MACHINE_SECRET], accounts } },
    },
    inFlight: broker.inFlight(),
    exchange: {
      seed: told.seed,
      stepMs: PRICE_STEP_MS,
      hash: exchange.hash(),
      state: JSON.parse(exchange.snapshot()) as unknown,
    },
    documents,
  };
}

/** Depth to which the parts are spread over lines. */
const SPREAD: Readonly<Record<string, number>> = {
  setup: 2,
  secrets: 1,
  inFlight: 2,
  exchange: 4,
  documents: 1,
};

export function textOf(recording: Recording): string {
  const lines = Object.entries(recording).map(
    ([name, part]) => `${JSON.stringify(name)}: ${spread(part, SPREAD[name] ?? 0, "")}`,
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}

function spread(value: unknown, depth: number, indent: string): string {
  const isBranch = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (depth === 0 || !isBranch) return JSON.stringify(value);
  const inner = `${indent} `;
  const below = (each: unknown): string => spread(each, depth - 1, inner);
  if (Array.isArray(value)) return `[\n${value.map((each) => inner + below(each)).join(",\n")}\n${indent}]`;
  const fields = Object.entries(value).map(
    ([name, each]) => `${inner}${JSON.stringify(name)}: ${below(each)}`,
  );
  return `{\n${fields.join(",\n")}\n${indent}}`;
}
