// A schedule of every account on a simulated platform: the product's own listing, planning and serving over memory ports,
// Cloud Tasks' bound on calls under way, a venue that takes its time, and accounts that are broken each in a way of
// its own. Notes when each account's NAV was stored, and what is under way at the same time.
import { countDocuments, type DocumentCounts } from "#adapters/firestore/count-documents.ts";
import { forEachAccount, serveBatch } from "#app/accounts";
import { encode } from "#app/documents";
import type { AccountProfile } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import { FUNCTIONS } from "#entry/options.ts";
import { accountBatchSchema } from "#schemas/records.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { createMemoryTasks } from "#test/support/memory/tasks.ts";
import { Random } from "../engine/random.ts";
import { VirtualTime } from "./virtual-time.ts";

/** A NAV run asks the venue three times and commits once: seldom under a third of a second, seldom over two. */
const FASTEST_MS = 300;
const SLOWEST_MS = 2_000;
const MINUTE_MS = 60_000;
/** A work that does not come back in any run, whatever patience the product has with its venue. */
const HANGS_MS = 60 * MINUTE_MS;
const START_MS = 1_767_323_040_000;

const { rateLimits, retryConfig } = FUNCTIONS.accountBatch;

interface Waiting {
  readonly payload: unknown;
  readonly triedBefore: number;
}

export type Broken = "throws" | "hangs" | "killsItsProcess";

export interface FanOut {
  readonly time: VirtualTime;
  readonly counts: DocumentCounts;
  /** Time of the last NAV by account; its first minute counts from the start. */
  readonly storedAtMs: ReadonlyMap<string, number>;
  readonly figures: {
    mostAccountsInAProcess: number;
    mostTasksAtOnce: number;
    tasks: number;
    deaths: number;
  };
  /** One run of the schedule, and a minute of the platform. */
  minute(): Promise<void>;
}

export function openFanOut(accounts: number, broken: Readonly<Record<string, Broken>>, seed: number): FanOut {
  const time = new VirtualTime(START_MS);
  const random = new Random(seed, "fan-out");
  const clock = { nowMs: () => time.nowMs, sleep: (ms: number) => time.sleep(ms) };
  const memory = createMemoryDocuments(clock);
  const { documents, counts } = countDocuments(memory);
  const tasks = createMemoryTasks();
  const storedAtMs = new Map<string, number>();
  for (let number = 0; number < accounts; number += 1) {
    const accountId = nameOf(number);
    const profile = { accountId, name: accountId, venue: "binance-usdm", mode: "paper" } as const;
    memory.seed(paths.account(accountId), encode(profile));
    storedAtMs.set(accountId, START_MS);
  }
  const figures = { mostAccountsInAProcess: 0, mostTasksAtOnce: 0, tasks: 0, deaths: 0 };
  const logger = { info() {}, warn() {}, error() {} };
  const deps = {
    documents,
    tasks,
    clock,
    logger,
    accountList: { profiles: [], loadedAtMs: 0, changedAtMs: null, markSeenAtMs: 0 },
    onAccountsMark: () => undefined,
  };

  /** The NAV work of one process, which may die with all that it has under way. */
  const openProcess = () => {
    const died = Promise.withResolvers<"died">();
    let underWay = 0;
    let isDead = false;
    const work = async ({ accountId }: AccountProfile): Promise<void> => {
      underWay += 1;
      figures.mostAccountsInAProcess = Math.max(figures.mostAccountsInAProcess, underWay);
      const fault = broken[accountId];
      await time.sleep(fault === "hangs" ? HANGS_MS : random.int(FASTEST_MS, SLOWEST_MS));
      if (fault === "killsItsProcess") {
        isDead = true;
        died.resolve("died");
      }
      // Nothing of a dead process goes on.
      if (isDead) await new Promise<never>(() => {});
      underWay -= 1;
      if (fault !== undefined) throw new Error(`${accountId} ${fault}`);
      storedAtMs.set(accountId, time.nowMs);
    };
    return { work, died: died.promise };
  };

  const waiting: Waiting[] = [];
  let underWay = 0;
  const call = async ({ payload, triedBefore }: Waiting): Promise<void> => {
    const { work, died } = openProcess();
    const batch = accountBatchSchema.parse(payload);
    const ended = await Promise.race([serveBatch(deps, { ...batch, triedBefore }, work), died]);
    if (ended !== "died") return;
    figures.deaths += 1;
    if (triedBefore + 1 >= retryConfig.maxAttempts) return;
    await time.sleep(retryConfig.minBackoffSeconds * 1_000);
    waiting.push({ payload, triedBefore: triedBefore + 1 });
  };
  const dispatch = (): void => {
    for (const { payload } of tasks.takeDue(time.nowMs)) waiting.push({ payload, triedBefore: 0 });
    while (underWay < rateLimits.maxConcurrentDispatches) {
      const next = waiting.shift();
      if (next === undefined) return;
      underWay += 1;
      figures.tasks += 1;
      figures.mostTasksAtOnce = Math.max(figures.mostTasksAtOnce, underWay);
      void call(next).finally(() => {
        underWay -= 1;
        dispatch();
      });
    }
  };

  return {
    time,
    counts,
    storedAtMs,
    figures,
    async minute() {
      const endMs = time.nowMs + MINUTE_MS;
      const run = forEachAccount(deps, "nav", openProcess().work);
      await time.advanceTo(time.nowMs + 1_000);
      dispatch();
      await time.advanceTo(endMs);
      await run;
    },
  };
}

export function nameOf(number: number): string {
  return `a${String(number).padStart(5, "0")}`;
}
