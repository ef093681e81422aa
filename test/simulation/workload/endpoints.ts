// Reading endpoints of the venue that fail by themselves for a while, under a session whose stop-loss then matters; drawn
// apart from the others: a seed's other items stay what they were. How long a fault lasts is drawn without any look at the
// product's limits.
import type { FaultEffect } from "#local/exchange/faults/fault.ts";
import type { Random } from "../engine/random.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

/** Named by what people read there. */
export const ENDPOINTS = {
  prices: "^/fapi/v1/ticker/bookTicker$",
  account: "^/fapi/v3/account$",
  positions: "^/fapi/v3/positionRisk$",
} as const;
export type Endpoint = keyof typeof ENDPOINTS;

const FAULTS: Readonly<Record<string, FaultEffect>> = {
  error: { kind: "httpError", when: "before", status: 503, body: "down" },
  reset: { kind: "reset", when: "before" },
  garbage: { kind: "body", when: "before", content: "garbage" },
  refused: { kind: "venueError", when: "before", status: 400, code: -1100, msg: "Illegal characters found." },
  /** Answers of some earlier moment: an endpoint of its own that has stopped following. */
  frozen: { kind: "stale" },
};
export type EndpointFault = keyof typeof FAULTS & string;

export function effectOf(fault: EndpointFault): FaultEffect {
  const effect = FAULTS[fault];
  if (effect === undefined) throw new Error(`${fault} is no fault of an endpoint`);
  return effect;
}

const DOWN = ["error", "reset", "garbage", "refused"] as const;
const TOGETHER: readonly (readonly Endpoint[])[] = [
  ["prices"],
  ["prices"],
  ["account"],
  ["account", "prices"],
  ["account", "prices"],
  ["account", "positions"],
  ["account", "positions", "prices"],
];
/** From a hiccup to the better part of a run. */
const LEAST_MS = 10_000;
const MOST_MS = 300_000;

/** Schedules run once a minute: less is hardly noticed. */
const LEAST_SILENCE_MS = 120_000;
/** Long enough for a look to see what is held before. */
const MOST_BEFORE_MS = 90_000;

/** An operator's limit of blindness, from short to the usual one. */
const BLIND_LIMITS_MS = [10_000, 20_000, 40_000, 180_000] as const;

/** Limits of blindness for the accounts of a run. */
export function withBlindLimits(random: Random, setup: RunSetup): RunSetup {
  const accounts = setup.accounts.map((account) => {
    const watchdog = { ...account.config.watchdog, maxBlindMs: random.pick(BLIND_LIMITS_MS) };
    return { ...account, config: { ...account.config, watchdog } };
  });
  return { ...setup, accounts };
}

/** Large enough that a jump of a few percent is worth a session's stop-loss. A poor account is ruined by it. */
const HELD_USD = 4_900;

/** The fault, something held when it comes, a session that guards it, and a price that moves while it lasts. */
export function drawEndpoints(random: Random, setup: RunSetup): readonly Item[] {
  if (!random.chance(0.2)) return [];
  const { profile, hooks } = random.pick(setup.accounts);
  const { symbol } = random.pick(setup.symbols);
  const side = random.pick(["long", "short"] as const);
  const heldMs = random.int(FIRST_ITEM_MS, FIRST_ITEM_MS + 15_000);
  const afterMs = heldMs + random.int(1_000, MOST_BEFORE_MS);
  const durationMs = random.int(LEAST_MS, MOST_MS);
  const drawn = random.pick(TOGETHER);
  const fault = random.chance(0.25) ? "frozen" : random.pick(DOWN);
  // A frozen account is an untrue one: rules about the truth of NAV know no such venue. Unit tests have it.
  const endpoints = fault === "frozen" ? (["prices"] as const) : drawn;
  // In some the venue answers well, and both schedules of the scheduler stand still instead.
  const items: Item[] = random.chance(0.25)
    ? [{ afterMs, happening: { kind: "silence", durationMs: durationMs + LEAST_SILENCE_MS } }]
    : [{ afterMs, happening: { kind: "endpoints", endpoints, fault, durationMs } }];
  const [hook] = hooks;
  if (hook !== undefined && random.chance(0.8)) {
    const timenow = new Date(setup.startMs + heldMs).toISOString();
    const fields = { id: "held", symbol, timenow, action: "open", side, notionalUsd: String(HELD_USD) };
    const alert = { key: "held", hook, body: JSON.stringify(fields) };
    items.push({ afterMs: heldMs, happening: { kind: "alert", alert } });
  }
  if (random.chance(0.6)) {
    // Held by no group, so that no alert closes it.
    const { accountId } = profile;
    const trade = { kind: "tradeByHand", accountId, symbol, notionalUsd: HELD_USD } as const;
    items.push({ afterMs: heldMs, happening: { ...trade, side: side === "long" ? "BUY" : "SELL" } });
  }
  if (random.chance(0.7)) {
    const stopLossOfNav = random.pick([0.9999, 0.999, 0.99]);
    const order = { kind: "start", horizonInMs: null, stopLossOfNav } as const;
    const { accountId } = profile;
    const happening = { kind: "command", accountId, key: "guarded", order, repeated: false } as const;
    items.push({ afterMs: random.int(FIRST_ITEM_MS, afterMs), happening });
  }
  if (random.chance(0.7)) {
    const against = side === "long" ? -1 : 1;
    const percent = against * random.pick([25, 8, 2, -8]);
    const jumpMs = afterMs + random.int(0, Math.min(durationMs, 30_000));
    items.push({ afterMs: Math.min(jumpMs, setup.trialMs), happening: { kind: "jump", symbol, percent } });
  }
  return items;
}

/** A trial that lasts as long as the fault: looks of the watchdog are up to a minute apart before one finds something held. */
export function withTimeFor(items: readonly Item[], setup: RunSetup): RunSetup {
  const endsMs = items.map(({ afterMs, happening }) =>
    happening.kind === "endpoints" || happening.kind === "silence" ? afterMs + happening.durationMs : 0,
  );
  return { ...setup, trialMs: Math.max(setup.trialMs, ...endsMs) };
}
