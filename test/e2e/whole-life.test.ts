// The whole life of a position on the real stack: entry, pyramid, safety entry, take-profits, break-even, trailing stop, end, and the
// entry that waited for its place. After every step Firestore, the exchange and the page in Chromium agree; in the second
// life everything is killed in every gap.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runSchedule } from "#local/stack/functions-ready.ts";
import { START_TIMEOUT_MS } from "#test/support/stack.ts";
import { signedInPage } from "./operator-page.ts";
import { type RunningStack, startRunningStack } from "./stack/running-stack.ts";
import { LIFE, type Moment, prepareLife, SYMBOL, WAITING_SYMBOL } from "./whole-life/life.ts";
import { expectedPositions } from "./whole-life/plain-levels.ts";
import { endsAsTheVenueHasIt } from "./whole-life/the-end.ts";
import { type Pages, readBooks, readExchange, readPages } from "./whole-life/three-views.ts";

/** A flatten, two commands and schedules, on cold function processes. */
const READY_TIMEOUT_MS = 240_000;
const STOP_TIMEOUT_MS = 60_000;
/** The three agree within seconds; after a kill the dead holder's lease has to run out (30 s) and a schedule to pass. */
const AGREE_TIMEOUT_MS = 120_000;
const LOOK_INTERVAL_MS = 500;
const LIFE_TIMEOUT_MS = 600_000;
const KILLED_LIFE_TIMEOUT_MS = 1_800_000;

let running: RunningStack | null = null;
let hasFailed = false;

function started(): RunningStack {
  if (running === null) throw new Error("The stack did not start");
  return running;
}

beforeAll(async () => {
  running = await startRunningStack();
}, START_TIMEOUT_MS);

beforeEach(() => started().makeReady(), READY_TIMEOUT_MS);

afterEach(({ task }) => {
  if (task.result?.state === "fail") hasFailed = true;
});

afterAll(async () => {
  const end = await running?.end();
  if (!hasFailed) running?.stack.remove();
  expect(end).toEqual({ exitCode: 0, leftBehind: [] });
}, STOP_TIMEOUT_MS);

async function openPages({ stack, browser }: RunningStack): Promise<Pages> {
  const [overview, risk] = await Promise.all([
    signedInPage(stack, browser),
    signedInPage(stack, browser, "#risk"),
  ]);
  return { overview, risk };
}

function expectedPool({ heldBase, second }: Moment): { places: string[]; waiting: string[] } {
  return {
    places: [...(Number(heldBase) === 0 ? [] : [SYMBOL]), ...(second === "open" ? [WAITING_SYMBOL] : [])],
    waiting: second === "queued" ? [WAITING_SYMBOL] : [],
  };
}

async function allAgree(pages: Pages, moment: Moment, tradesBefore: number): Promise<void> {
  const { stack } = started();
  const state = await stack.exchangeState();
  const positions = expectedPositions(state, moment, tradesBefore);
  const pool = expectedPool(moment);
  const states = positions.map(() => "ACTIVE");
  // The one that waited was entered without a plan.
  const legs = positions.map(({ symbol }) => (symbol === SYMBOL ? moment.legs : ["base FILLED"]));
  expect(readExchange(state), "the exchange").toEqual(positions);
  expect(await readBooks(stack), "Firestore").toEqual({ positions, states, legs, ...pool });
  expect(await readPages(pages), "the page").toEqual({
    positions: positions.map(({ symbol, qtyBase, entryUsd }) => ({ symbol, qtyBase, entryUsd })),
    states,
    pool: `${pool.places.length} of 1 open`,
    waiting: pool.waiting,
  });
}

/** `beforeAgreeing`: in the gap between a step's cause and all that follows from it. */
async function live(beforeAgreeing: () => Promise<void>): Promise<void> {
  const { stack } = started();
  await prepareLife(stack);
  const tradesBefore = (await stack.exchangeState()).trades.length;
  const pages = await openPages(started());
  for (const step of LIFE) {
    await step.cause(stack);
    await beforeAgreeing();
    // Exits that fired are found by the minute's pass, and by the next one where a dead holder's lease still runs.
    await runSchedule(stack.ports, "reconcileEveryMinute");
    await vi
      .waitFor(() => allAgree(pages, step.after, tradesBefore), {
        timeout: AGREE_TIMEOUT_MS,
        interval: LOOK_INTERVAL_MS,
      })
      .catch((cause: unknown) => {
        throw new Error(`After the step "${step.name}" the three do not agree`, { cause });
      });
  }
  await endsAsTheVenueHasIt(stack, tradesBefore);
  await Promise.all(Object.values(pages).map((page) => page.context().close()));
}

describe("the whole life of a position", () => {
  it(
    "is the same in Firestore, at the exchange and on the page after every step",
    () => live(async () => {}),
    LIFE_TIMEOUT_MS,
  );

  it(
    "is the same with everything killed in every gap",
    () =>
      live(async () => {
        const { stack } = started();
        await stack.killEverything();
        await stack.start();
      }),
    KILLED_LIFE_TIMEOUT_MS,
  );
});
