// Checks a recording before it is kept: it comes back as it was written, this release accepts every document,
// and every kind is known. Returns faults in words; an empty list means good.
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { decode, UnusableDocumentError } from "#app/documents";
import { createExchange } from "#local/exchange/exchange.ts";
import type { DocumentData } from "#ports/documents.ts";
import { schemaOfPath } from "#schemas/documents.ts";
import { reconcileRecordSchema, watchdogRecordSchema } from "#schemas/watchdog.ts";
import type { World } from "#test/simulation/world.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { type Recording, storedOf } from "./dump.ts";
import { kindsOf } from "./path-kinds.ts";

/** Documents that the release reads without a schema, or with one that is missing in its table of paths. */
const UNLISTED: readonly (readonly [RegExp, z.ZodType<object> | null])[] = [
  [/^deliveries\/[^/]+$/, null],
  [/\/telemetry\/watchdog$/, watchdogRecordSchema],
  [/\/telemetry\/reconcile$/, reconcileRecordSchema],
];

export function faultsOf(text: string, world: World): readonly string[] {
  const recording = JSON.parse(text) as Recording;
  return [
    ...documentFaults(recording, world),
    ...exchangeFaults(recording),
    ...kindsOf(recording.documents.map(({ path }) => path)).unknown.map(
      (path) => `${path} is of no known kind`,
    ),
  ];
}

function documentFaults(recording: Recording, world: World): readonly string[] {
  const stored = world.store.dump();
  const restored = createMemoryDocuments({ nowMs: () => recording.atMs, sleep: () => Promise.resolve() });
  for (const { path, data } of recording.documents) restored.seed(path, storedOf(data) as DocumentData);
  if (!isDeepStrictEqual(restored.dump(), stored)) return ["the documents do not come back as they were"];
  return recording.documents.flatMap(({ path, data }) => {
    const listed = UNLISTED.find(([pattern]) => pattern.test(path));
    const schema = listed === undefined ? schemaOfPath(path) : listed[1];
    if (schema === null) return listed === undefined ? [`${path} has no schema`] : [];
    try {
      decode(schema, { path, data: storedOf(data) as DocumentData, version: "" });
      return [];
    } catch (error) {
      if (!(error instanceof UnusableDocumentError)) throw error;
      return [error.message];
    }
  });
}

function exchangeFaults({ exchange, setup, secrets, atMs }: Recording): readonly string[] {
  const again = createExchange({
    seed: exchange.seed,
    nowMs: () => atMs,
    symbols: setup.symbols,
    historyMinutes: 0,
    stepMs: exchange.stepMs,
    accounts: setup.accounts.map(({ profile, balanceUsdt }) => {
      const keys = secrets.venueKeys[profile.accountId];
      if (keys === undefined) throw new Error(`${profile.accountId} has no keys`);
      return { id: profile.accountId, balanceUsdt, ...keys };
    }),
    restore: { snapshot: JSON.stringify(exchange.state), records: [] },
  });
  return again.hash() === exchange.hash ? [] : ["the exchange does not come back as it was"];
}
