// The alerts of a run: bursts, repetitions, late ones, unreadable ones, and such as a trader would send, at times of
// their own or just when the schedules run.
import type { Random } from "../engine/random.ts";
import type { SimHook } from "../platform/front.ts";
import { MINUTE_MS } from "../platform/schedules.ts";
import type { Item } from "./items.ts";
import type { RunSetup } from "./setup.ts";

const BURST_SPREAD_MS = 300;
const UNREADABLE = ["", "{", "close all!", '{"symbol":"BTCUSDT"}', "\u0000\u0001"] as const;
const NOT_LISTED = "NOPEUSDT";

/** Whom an alert is for; in a burst often the same for all. */
interface Target {
  readonly hook: SimHook;
  readonly symbol: string;
}

/** At least one alert, from `firstMs` after the start of the run. */
export function drawAlerts(random: Random, setup: RunSetup, firstMs: number): readonly Item[] {
  // Many small runs and a few large ones find more than as much work in equal parts.
  const moments = Math.round(random.skewed(2, 16));
  return Array.from({ length: moments }, (_, moment) => drawMoment(random, setup, firstMs, moment)).flat();
}

function drawMoment(random: Random, setup: RunSetup, firstMs: number, moment: number): readonly Item[] {
  const afterMs = drawTime(random, setup, firstMs);
  const size = random.chance(0.25) ? random.int(2, 7) : random.chance(0.02) ? random.int(10, 30) : 1;
  const common = random.chance(0.5) ? drawTarget(random, setup) : null;
  return Array.from({ length: size }, (_, member) => {
    const target = common ?? drawTarget(random, setup);
    const atMs = afterMs + (size === 1 ? 0 : random.int(0, BURST_SPREAD_MS));
    return drawAlert(random, setup, target, { afterMs: atMs, key: `alert-${moment}-${member}` });
  }).flat();
}

/** Somewhere in the trial, or just when NAV and reconcile run. */
function drawTime(random: Random, setup: RunSetup, firstMs: number): number {
  const anywhere = random.int(firstMs, setup.trialMs);
  if (!random.chance(0.3)) return anywhere;
  const minuteMs = Math.round((setup.startMs + anywhere) / MINUTE_MS) * MINUTE_MS - setup.startMs;
  return Math.max(firstMs, minuteMs + random.int(0, 600));
}

function drawTarget(random: Random, setup: RunSetup): Target {
  const hook = random.pick(random.pick(setup.accounts).hooks);
  const { symbol } = random.pick(setup.symbols);
  return { hook, symbol: random.chance(0.03) ? NOT_LISTED : symbol };
}

/** When an alert is first sent, and what it is called. */
interface Sending {
  readonly afterMs: number;
  readonly key: string;
}

/** An alert, and the times it is sent again although it was answered. */
function drawAlert(
  random: Random,
  setup: RunSetup,
  target: Target,
  { afterMs, key }: Sending,
): readonly Item[] {
  const alert = { key, hook: target.hook, body: drawBody(random, setup, target, { afterMs, key }) };
  const copies = random.chance(0.15) ? random.int(1, 3) : 0;
  const repetitions = Array.from({ length: copies }, () => afterMs + random.int(0, 40_000));
  return [afterMs, ...repetitions].map((atMs) => ({ afterMs: atMs, happening: { kind: "alert", alert } }));
}

function drawBody(
  random: Random,
  setup: RunSetup,
  { hook, symbol }: Target,
  { afterMs, key }: Sending,
): string {
  if (random.chance(0.04)) return random.pick(UNREADABLE);
  const lateMs = random.chance(0.08) ? random.int(5_000, 200_000) : random.int(0, 900);
  const fields: Record<string, string> = {
    id: key,
    symbol,
    timenow: new Date(setup.startMs + afterMs - lateMs).toISOString(),
    ...drawAction(random),
  };
  if (hook.mode === "signed" && random.chance(0.5)) delete fields.timenow;
  return JSON.stringify(fields);
}

function drawAction(random: Random): Record<string, string> {
  const uniform = random.next();
  if (uniform < 0.22) return { action: "close" };
  if (uniform < 0.4) return { action: "reduce", reducePct: String(random.pick([10, 25, 50, 100])) };
  const open = { action: "open", side: random.pick(["long", "short"]) };
  if (random.chance(0.5)) return open;
  if (random.chance(0.15)) return { ...open, navBps: String(random.int(5, 200)) };
  return { ...open, notionalUsd: String(random.pick([20, 150, 400, 900, 2_500, 4_900, 7_000])) };
}
