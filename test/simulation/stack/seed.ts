// The account of the fault run: the local stack's own seed with more symbols, a second strategy whose entries rest in
// the book, and room for a workload that never sleeps. Checked by the product's schemas like every other seed.
import type { AccountConfig } from "#domain/documents/config.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Hook } from "#domain/documents/records.ts";
import type { LocalSecrets } from "#local/stack/secrets.ts";
import { seedDocuments } from "#local/stack/seed-documents.ts";
import { ACCOUNT_ID, SIGNED_HOOK_ID } from "#local/stack/settings.ts";
import { accountConfigSchema } from "#schemas/config.ts";
import { hookSchema } from "#schemas/records.ts";
import { NO_PROTECTIONS, plainStrategy } from "#test/support/config.ts";

export const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "DOGEUSDT"] as const;
const RESTING_STRATEGY = "resting";
/** Fewer than there are symbols, so that a full pool refuses some. */
const MAX_OPEN_GROUPS = 4;
/** A resting entry is cancelled after this: soon enough to see it happen in a short run. */
const WORKING_LIMIT_MS = 12_000;
/** The highest that the schemas allow: the workload stays below, the throttles have their own tests. */
const MAX_ORDERS_PER_MINUTE = 300;
const MAX_REQUESTS_PER_MINUTE = 2_000;
/**
 * Stops rest at the venue and are moved under every fault, but so far away that no price of a run reaches them: what a
 * triggered stop does has tests of its own, and its order at the venue would be an outsider's to these checks.
 */
const FAR_STOP_BPS = 5_000;
function required<T>(documents: ReadonlyMap<string, object>, path: string): T {
  const document = documents.get(path);
  if (document === undefined) throw new Error(`The local stack's seed has no ${path}`);
  return document as T;
}

/** Document data by path. */
export function simulationSeed(secrets: LocalSecrets, nowMs: number): ReadonlyMap<string, object> {
  const documents = seedDocuments(secrets, nowMs);
  const base = required<AccountConfig>(documents, paths.config(ACCOUNT_ID));
  const config = accountConfigSchema.parse({
    ...base,
    symbols: [...SYMBOLS],
    strategies: {
      ...base.strategies,
      [RESTING_STRATEGY]: plainStrategy(RESTING_STRATEGY, {
        orderNotionalUsd: "500",
        entryRouting: "postOnly",
      }),
    },
    maxOpenGroups: MAX_OPEN_GROUPS,
    maxOrdersPerMinute: MAX_ORDERS_PER_MINUTE,
    workingLimitMs: WORKING_LIMIT_MS,
    // Each would deny every entry for minutes once it has met a loss, a close or some failed sends, all of which a fault
    // run is made of. The simulator and their own tests exercise them.
    protections: NO_PROTECTIONS,
    watchdog: { ...base.watchdog, protectiveStopBps: FAR_STOP_BPS },
  });
  const hooks = [...documents].filter(([path]) => path.startsWith("hooks/"));
  return new Map<string, object>([
    ...documents,
    [paths.config(ACCOUNT_ID), config],
    [paths.configVersion(ACCOUNT_ID, config.version), config],
    ...hooks.map(([path, hook]) => [path, simulationHook(hook as Hook)] as const),
  ]);
}

function simulationHook(hook: Hook): Hook {
  const strategyId = hook.hookId === SIGNED_HOOK_ID ? RESTING_STRATEGY : hook.strategyId;
  return hookSchema.parse({ ...hook, strategyId, maxRequestsPerMinute: MAX_REQUESTS_PER_MINUTE });
}
