// Small pools with a queue, and rushes for their places: entries that find the pool full, newer ones of the same pair, exits
// that make a queued entry void, orders of an operator, and closes that free places. Some rushes come when all faults have
// ended, so that only the platform's own delays stand between a free place and its entry. Drawn from streams of their own.
import type { Random } from "../engine/random.ts";
import type { SimHook } from "../platform/front.ts";
import { FIRST_ITEM_MS, type Item } from "./items.ts";
import type { RunSetup, SimAccount } from "./setup.ts";

const QUEUED_SHARE = 0.3;
/** After the trial: longer than a lease and the longest pause, and early enough that healing sees its end. */
const CALM_MS = { least: 65_000, most: 75_000 } as const;

export function withQueues(random: Random, setup: RunSetup): RunSetup {
  if (!random.chance(QUEUED_SHARE)) return setup;
  const accounts = setup.accounts.map((account): SimAccount => {
    const queue = {
      maxLength: random.pick([1, 2, 4]),
      validForMs: random.pick([20_000, 90_000, 240_000]),
      maxPriceDriftBps: random.pick([2, 50, 1_000]),
    };
    return { ...account, config: { ...account.config, maxOpenGroups: random.int(1, 2), queue } };
  });
  return { ...setup, accounts };
}

export function drawQueues(random: Random, setup: RunSetup): readonly Item[] {
  const accounts = setup.accounts.filter(({ config }) => config.queue !== null);
  if (accounts.length === 0) return [];
  const rushes = Array.from({ length: random.int(2, 5) }, (_, place) => {
    const isCalm = random.chance(0.4);
    const startMs = isCalm
      ? setup.trialMs + random.int(CALM_MS.least, CALM_MS.most)
      : random.int(FIRST_ITEM_MS, setup.trialMs);
    return drawRush(random, setup, { account: random.pick(accounts), startMs, isCalm, key: `rush-${place}` });
  });
  return rushes.flat();
}

interface Rush {
  readonly account: SimAccount;
  readonly startMs: number;
  readonly isCalm: boolean;
  readonly key: string;
}

function drawRush(random: Random, setup: RunSetup, rush: Rush): readonly Item[] {
  const { account, startMs, isCalm, key } = rush;
  const [market, resting] = account.hooks;
  if (market === undefined || resting === undefined) return [];
  const alert = alertsOf(setup, rush);
  const symbols = setup.symbols.map(({ symbol }) => symbol);
  const [first = "", second = "", third = ""] = random.chance(0.5) ? symbols : symbols.toReversed();
  const open = { action: "open", side: random.pick(["long", "short"]), notionalUsd: "200" };
  const others = random.chance(0.7) ? market : resting;
  const closeMs = random.int(isCalm ? 12_000 : 6_000, isCalm ? 20_000 : 40_000);
  const items = [
    alert("first", 0, market, { symbol: first, ...open }),
    alert("second", random.int(500, 5_000), others, { symbol: second, ...open }),
    alert("third", random.int(500, 5_000), market, { symbol: third, ...open }),
    alert("close", closeMs, market, { symbol: first, action: "close" }),
    alert("closeSecond", closeMs + random.int(3_000, 9_000), others, { symbol: second, action: "close" }),
  ];
  // A newer one of the same pair, which goes before the other that only came earlier.
  if (random.chance(0.5))
    items.push(alert("newer", random.int(5_100, 6_000), market, { symbol: third, ...open }));
  if (random.chance(0.15))
    items.push(alert("void", random.int(5_100, 9_000), market, { symbol: third, action: "close" }));
  if (!isCalm && random.chance(0.3))
    items.push(ordered(random, rush, startMs + random.int(3_000, 9_000), key));
  return items;
}

function ordered(random: Random, { account }: Rush, afterMs: number, key: string): Item {
  const order = { kind: random.pick(["dropQueued", "preferQueued"] as const), choice: random.int(0, 3) };
  const { accountId } = account.profile;
  return {
    afterMs,
    happening: { kind: "command", accountId, key: `${key}-order`, order, repeated: random.chance(0.2) },
  };
}

function alertsOf(setup: RunSetup, { startMs, key }: Rush) {
  return (name: string, afterMs: number, hook: SimHook, wish: Readonly<Record<string, string>>): Item => {
    const signalledMs = startMs + afterMs;
    const id = `${key}-${name}`;
    const timenow = new Date(setup.startMs + signalledMs).toISOString();
    return {
      afterMs: signalledMs,
      happening: { kind: "alert", alert: { key: id, hook, body: JSON.stringify({ id, timenow, ...wish }) } },
    };
  };
}
