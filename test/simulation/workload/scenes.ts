// Constellations that single items hardly ever make, drawn whole: NAV that is lost while instances have books in memory, a
// position whose row is odd while it is held, an exit whose answer and look-up are both missing, one of which no reading endpoint shows a trace, two silences that one look of
// the watchdog finds. Drawn apart from the others: a seed's other items stay what they were.
import type { Random } from "../engine/random.ts";
import type { SimHook } from "../platform/front.ts";
import { MINUTE_MS } from "../platform/schedules.ts";
import { FIRST_ITEM_MS, type Happening, type Item } from "./items.ts";
import type { RunSetup, SimAccount } from "./setup.ts";

/** Each scene by itself. */
const SHARE_OF_SEEDS = 0.02;
/** One that has its run to itself. */
const SHARE_OF_DELICATE = 0.01;
/** Longer than a call takes, and shorter than any schedule waits. */
const MOMENT_MS = 2_000;
const NOT_LISTED = "NOPEUSDT";

interface Stage {
  readonly random: Random;
  readonly setup: RunSetup;
  readonly account: SimAccount;
  /** Of the strategy that takes the touch: an entry is filled at once. */
  readonly hook: SimHook;
  readonly symbol: string;
}

export function drawScenes(random: Random, setup: RunSetup): readonly Item[] {
  return [lostGround, oddWhileHeld, doubtedExit, twoSilences].flatMap((scene) =>
    played(random, setup, scene, SHARE_OF_SEEDS),
  );
}

/** From a stream of its own, since it came later. */
export function drawTracelessExit(random: Random, setup: RunSetup): readonly Item[] {
  return played(random, setup, tracelessExit, SHARE_OF_DELICATE);
}

type Scene = (stage: Stage) => readonly Item[];

function played(random: Random, setup: RunSetup, scene: Scene, share: number): readonly Item[] {
  const isPlayed = random.chance(share);
  const account = random.pick(setup.accounts.filter(({ profile }) => profile.mode === "paper"));
  const [hook] = account.hooks;
  const { symbol } = random.pick(setup.symbols);
  if (!isPlayed || hook === undefined) return [];
  return scene({ random, setup, account, hook, symbol });
}

/**
 * The account's answer fails over a minute's run of NAV; one entry comes just before it, one just after. The first is denied:
 * it fills an instance's memory, and leaves nothing for the minute to write.
 */
function lostGround(stage: Stage): readonly Item[] {
  const { random, setup, symbol } = stage;
  const alert = alertsOf(stage);
  const sinceMinuteMs = setup.startMs % MINUTE_MS;
  const minutes = random.int(1, Math.max(1, Math.floor(setup.trialMs / MINUTE_MS) - 1));
  const runMs = minutes * MINUTE_MS - sinceMinuteMs;
  if (runMs < FIRST_ITEM_MS + MOMENT_MS) return [];
  const beforeMs = Math.max(FIRST_ITEM_MS, runMs - random.int(500, 20_000));
  const down: Happening = { kind: "endpoints", endpoints: ["account"], fault: "error", durationMs: 20_000 };
  return [
    alert("ground-before", beforeMs, { symbol: NOT_LISTED, ...ENTRY, side: "long" }),
    { afterMs: runMs - 300, happening: down },
    alert("ground-after", runMs + random.int(300, 14_000), { symbol, ...ENTRY, side: "short" }),
  ];
}

/** From a moment after the entry until well past a reconcile pass, in both of the venue's lists. */
function oddWhileHeld(stage: Stage): readonly Item[] {
  const { random, setup, symbol } = stage;
  const alert = alertsOf(stage);
  const entryMs = random.int(FIRST_ITEM_MS, Math.max(FIRST_ITEM_MS, setup.trialMs - 2 * MINUTE_MS));
  const durationMs = random.int(MINUTE_MS, 4 * MINUTE_MS);
  const lists = ["/fapi/v3/positionRisk", "/fapi/v3/account"];
  return [
    alert("odd-held", entryMs, { symbol, ...ENTRY, side: random.pick(["long", "short"]) }),
    ...lists.map((list): Item => {
      const row = { list, subject: symbol, field: "positionAmt", value: "" };
      return { afterMs: entryMs + MOMENT_MS, happening: { kind: "oddRow", row, durationMs } };
    }),
  ];
}

/** The venue carries the exit out; its answer is lost, and its look-ups do not show the order for minutes. */
function doubtedExit(stage: Stage): readonly Item[] {
  const { random, symbol } = stage;
  const alert = alertsOf(stage);
  const entryMs = random.int(FIRST_ITEM_MS, FIRST_ITEM_MS + 20_000);
  const exitMs = entryMs + random.int(3_000, 20_000);
  const lagMs = random.int(150_000, 330_000);
  const lag = { kind: "readIncident", endpoint: "/fapi/v1/order", lagMs, durationMs: lagMs } as const;
  const exit = random.chance(0.7) ? { action: "reduce", reducePct: "50" } : { action: "close" };
  return [
    alert("doubted-entry", entryMs, { symbol, ...ENTRY, side: random.pick(["long", "short"]) }),
    { afterMs: exitMs - 200, happening: lag },
    { afterMs: exitMs - 100, happening: { kind: "answersLost", durationMs: MOMENT_MS } },
    alert("doubted-exit", exitMs, { symbol, ...exit }),
  ];
}

/** Nothing is looked at while both begin, so that the next look finds both at once. */
function twoSilences(stage: Stage): readonly Item[] {
  const { random, setup, account, symbol } = stage;
  const alert = alertsOf(stage);
  const entryMs = random.int(FIRST_ITEM_MS, FIRST_ITEM_MS + 10_000);
  const silenceMs = random.int(2 * MINUTE_MS, 5 * MINUTE_MS);
  const afterMs = entryMs + MOMENT_MS;
  const downMs = afterMs + random.int(MINUTE_MS, silenceMs);
  const held = alert("silent-held", entryMs, { symbol, ...ENTRY, side: "long" });
  const { accountId } = account.profile;
  const silence: Happening = { kind: "silence", durationMs: silenceMs };
  const down: Happening = {
    kind: "endpoints",
    endpoints: ["account", "prices"],
    fault: "error",
    durationMs: random.int(10_000, MINUTE_MS),
  };
  const trade = { kind: "tradeByHand", accountId, symbol, side: "BUY", notionalUsd: 600 } as const;
  return [
    held,
    { afterMs: entryMs, happening: trade },
    { afterMs, happening: silence },
    { afterMs: Math.min(downMs, Math.max(afterMs, setup.trialMs - 5_000)), happening: down },
  ];
}

/**
 * The venue carries the exit out, and every reading endpoint of the account goes on with what it said before: all of them show
 * the position as it was, so the exit is sent a second time, which is refused, since nothing is held any more.
 */
function tracelessExit(stage: Stage): readonly Item[] {
  const { random, symbol } = stage;
  const alert = alertsOf(stage);
  const entryMs = random.int(FIRST_ITEM_MS, FIRST_ITEM_MS + 20_000);
  const frozenMs = entryMs + random.int(5_000, 25_000);
  const exitMs = frozenMs + MINUTE_MS + random.int(1_000, 10_000);
  const lagMs = random.int(150_000, 330_000);
  const frozen = ["/fapi/v1/openOrders", "/fapi/v1/userTrades", "/fapi/v3/positionRisk"] as const;
  return [
    alert("traceless-entry", entryMs, { symbol, ...ENTRY, side: random.pick(["long", "short"]) }),
    ...["/fapi/v1/order" as const, ...frozen].map((endpoint): Item => {
      const begunMs = endpoint === "/fapi/v1/order" ? exitMs - 200 : frozenMs;
      const durationMs = exitMs + lagMs - begunMs;
      return { afterMs: begunMs, happening: { kind: "readIncident", endpoint, lagMs, durationMs } };
    }),
    { afterMs: exitMs - 100, happening: { kind: "answersLost", durationMs: random.int(10_000, 40_000) } },
    alert("traceless-exit", exitMs, { symbol, action: "close" }),
  ];
}

/** A trial in which the longest of a scene's faults has its time. */
export function withTimeForScenes(scenes: readonly Item[], setup: RunSetup): RunSetup {
  const endsMs = scenes.map(({ afterMs, happening }) =>
    "durationMs" in happening ? afterMs + happening.durationMs : afterMs,
  );
  return { ...setup, trialMs: Math.max(setup.trialMs, ...endsMs) };
}

const ENTRY = { action: "open", notionalUsd: "400" } as const;

/** As `hook` sends it, signalled at the moment at which it is sent. */
function alertsOf({ setup, hook }: Stage) {
  return (key: string, afterMs: number, fields: Readonly<Record<string, string>>): Item => {
    const timenow = new Date(setup.startMs + afterMs).toISOString();
    const body = JSON.stringify({ id: key, timenow, ...fields });
    return { afterMs, happening: { kind: "alert", alert: { key, hook, body } } };
  };
}
