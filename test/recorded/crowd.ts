// A crowded run: two accounts with every protection and one that was set up wrongly, twice the items of a usual run, a
// few minutes across midnight. Drawn from a seed by the simulator's own draws, and so much of what the product stores
// exists at once; what they hardly ever bring is done by hand (by-hand.ts).
import type { AccountConfig, ProtectionsConfig } from "#domain/documents/config.ts";
import { Random } from "#test/simulation/engine/random.ts";
import { drawOrders } from "#test/simulation/workload/commands.ts";
import type { Drawn } from "#test/simulation/workload/draw.ts";
import { drawItems, FIRST_ITEM_MS, type Item } from "#test/simulation/workload/items.ts";
import { drawOccurrences } from "#test/simulation/workload/occurrences.ts";
import { drawSetup, type RunSetup, type SimAccount } from "#test/simulation/workload/setup.ts";

/** 2026-01-03T00:00:00Z: midnight falls into every run. */
const MIDNIGHT_MS = 1_767_398_400_000;
const BEFORE_MIDNIGHT_MS = 130_000;
const TRIAL_MS = 290_000;
const MINUTE_MS = 60_000;

const PROTECTIONS: ProtectionsConfig = {
  cooldownPeriod: { stopDurationMs: 45_000 },
  stoplossGuard: {
    lookbackMs: 3 * MINUTE_MS,
    tradeLimit: 2,
    stopDurationMs: MINUTE_MS,
    requiredProfitBps: 0,
    onlyPerSymbol: true,
    onlyPerSide: false,
  },
  maxDrawdown: {
    lookbackMs: 3 * MINUTE_MS,
    tradeLimit: 3,
    stopDurationMs: 30_000,
    maxAllowedDrawdownBps: 40,
  },
  lowProfitPairs: {
    lookbackMs: 3 * MINUTE_MS,
    tradeLimit: 2,
    stopDurationMs: MINUTE_MS,
    requiredProfitBps: -5,
    onlyPerSide: true,
  },
  errorBurst: { windowMs: 2 * MINUTE_MS, limit: 2, stopDurationMs: 40_000 },
  vetoCooldownMs: 30_000,
};

export function drawCrowd(seed: number): Drawn {
  const stream = (purpose: string): Random => new Random(seed, purpose);
  const setup = crowdedSetup(seed);
  const items: Item[] = [
    ...drawItems(stream("workload"), setup),
    ...drawItems(stream("second workload"), setup).map(renamed),
    ...drawOrders(stream("orders"), setup),
    ...drawOccurrences(stream("occurrences"), setup),
    ...alertsFor(lateAccount(setup)),
  ];
  return { setup, items };
}

/** The account whose profile cannot be read for most of the run. */
export function lateAccount({ accounts }: RunSetup): SimAccount {
  const last = accounts.at(-1);
  if (last === undefined) throw new Error("A crowded run has three accounts");
  return last;
}

/** Alerts that come while the profile cannot be read: they fail until they are given up. */
function alertsFor({ hooks }: SimAccount): readonly Item[] {
  return hooks.map((hook, place): Item => {
    const key = `early-${place}`;
    const body = JSON.stringify({
      id: key,
      symbol: "ETHUSDT",
      action: "open",
      side: "long",
      notionalUsd: "150",
    });
    const withTime = hook.mode === "signed" ? body : body.replace("}", ',"timenow":"2026-01-02T23:57:58Z"}');
    return {
      afterMs: FIRST_ITEM_MS + 4_000,
      happening: { kind: "alert", alert: { key, hook, body: withTime } },
    };
  });
}

/** The first drawn setup with two paper accounts; its names, hooks and books stay as they were drawn. */
function crowdedSetup(seed: number): RunSetup {
  for (let tries = 0; ; tries += 1) {
    const stream = (purpose: string): Random => new Random(seed, `${purpose} ${tries}`);
    const setup = drawSetup(stream("setup"), stream("limits"), stream("losses"));
    const paper = setup.accounts.filter(({ profile }) => profile.mode === "paper");
    if (paper.length < 2) continue;
    const startMs = MIDNIGHT_MS - BEFORE_MIDNIGHT_MS + (seed % 1_000);
    return {
      ...setup,
      startMs,
      trialMs: TRIAL_MS,
      misconfigured: 0,
      accounts: [...paper.map(guarded), lateOf(paper[0])],
    };
  }
}

function lateOf(account: SimAccount | undefined): SimAccount {
  if (account === undefined) throw new Error("There is an account to copy");
  const accountId = "a3";
  const hooks = account.hooks.map((hook) => ({
    ...hook,
    accountId,
    hookId: `hook-${accountId}-${hook.strategyId}`,
  }));
  return {
    ...account,
    profile: { ...account.profile, accountId, name: accountId },
    hooks,
    balanceUsdt: "5000",
  };
}

function guarded(account: SimAccount, place: number): SimAccount {
  const { config } = account;
  const isFirst = place === 0;
  const changed: AccountConfig = {
    ...config,
    maxOpenGroups: 3,
    maxOrdersPerMinute: 20,
    maxNetExposureUsd: null,
    maxLongExposureUsd: null,
    maxShortExposureUsd: null,
    protections: PROTECTIONS,
    watchdog: { ...config.watchdog, protectiveStopBps: isFirst ? 300 : 60 },
    drawdown: {
      ...config.drawdown,
      warnBps: isFirst ? 2 : 1,
      reduceBps: isFirst ? 400 : 12,
      haltBps: null,
      flattenBps: null,
      hysteresisBps: 0,
    },
    workingLimitMs: 60_000,
  };
  return { ...account, config: changed, balanceUsdt: isFirst ? "100000" : "20000" };
}

/** Equal keys would be repetitions of the first workload's alerts. */
function renamed(item: Item): Item {
  const { happening } = item;
  if (happening.kind === "command")
    return { ...item, happening: { ...happening, key: `${happening.key}-b` } };
  if (happening.kind !== "alert") return item;
  const { alert } = happening;
  const body = alert.body.replace('"id":"alert-', '"id":"second-');
  return { ...item, happening: { kind: "alert", alert: { ...alert, key: `${alert.key}-b`, body } } };
}
