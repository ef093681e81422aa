// Tunes the router by the entries that a run has counted: which config it goes by, and the two documents after it. Writes nothing;
// both are stored with the sums that they come from.
import { configInForce } from "#app/accounts";
import type { ExecutionDeps } from "#app/books";
import type { ControlState } from "#domain/documents/control.ts";
import type { Market } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import type { RouterConfig } from "#domain/documents/route.ts";
import type { Tuning } from "#domain/documents/tuning.ts";
import { withShadows } from "#domain/telemetry/entry-outcomes.ts";
import type { ExecutionHealth } from "#domain/telemetry/execution-health.ts";
import type { RouterTelemetry } from "#domain/telemetry/router-telemetry.ts";
import { isTuningFrozen, tunedAccount } from "#domain/telemetry/tune-account.ts";
import type { KeptTelemetry } from "./telemetry-memory.ts";

/** Mostly in memory from the pass that went before. Throws DocumentError. */
export async function routerConfigOf(
  { cache, documents }: Pick<ExecutionDeps, "cache" | "documents">,
  control: ControlState,
): Promise<RouterConfig> {
  const cached = cache.get(control.accountId)?.config;
  if (cached !== undefined && cached.version === control.configVersion) return cached.router;
  const [current] = await documents.getAll([paths.config(control.accountId)]);
  if (current === undefined) throw new Error("The store answered without the config");
  return (await configInForce(documents, control, current)).config.router;
}

interface Outcomes {
  readonly router: RouterTelemetry;
  readonly health: ExecutionHealth;
  readonly markets: Readonly<Record<string, Market>>;
}

interface TuningGround {
  readonly control: ControlState;
  readonly router: RouterConfig;
  readonly nowMs: number;
}

type TunedTelemetry = Readonly<{ router: RouterTelemetry; tuning: Tuning }>;

export function tuneRouter(
  before: Pick<KeptTelemetry, "router" | "tuning">,
  { router, health, markets }: Outcomes,
  { control, router: config, nowMs }: TuningGround,
): TunedTelemetry {
  const tuning = tunedAccount(before.tuning.document, {
    before: before.router.document.evidence,
    after: router.evidence,
    router: config,
    tickSizeUsdOf: (symbol) => markets[symbol]?.tickSizeUsd ?? null,
    isFrozen: isTuningFrozen(control, health, nowMs),
    nowMs,
  });
  if (tuning === before.tuning.document) return { router, tuning };
  const proposedFor = (symbol: string) => {
    const proposed = tuning.symbols.find((each) => each.symbol === symbol)?.proposed ?? null;
    return proposed === null ? null : { ...proposed.choice, sinceMs: proposed.sinceMs };
  };
  return { router: withShadows(router, proposedFor), tuning };
}

/** Without an entry to count nothing moves. */
export function tuningAsItWas(
  { tuning }: Pick<KeptTelemetry, "tuning">,
  { router }: Pick<Outcomes, "router">,
): TunedTelemetry {
  return { router, tuning: tuning.document };
}
