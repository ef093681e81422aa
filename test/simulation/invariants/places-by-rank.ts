// Rule 9, slots are open groups (docs/RULES.md), for places that entries wait for: they go by rank, and a place that is free
// does not stay so while an entry waits for it. Who waits and who goes first is told by receipts, groups and commands; only
// the run's own record of its disturbances excuses a longer time.
import type { Group } from "#domain/documents/group.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import {
  CLOCK_TOLERANCE_MS,
  configInForce,
  type Evidence,
  type Invariant,
  type Landed,
} from "./invariant.ts";
import {
  entryOf,
  hasRoom,
  mustFollow,
  openGroups,
  type WaitingEntry,
  waitingEntries,
} from "./queue-truth.ts";

/**
 * Where nothing has disturbed the run for a minute: a turn of the executor makes some twenty calls, each of a quarter of a
 * second there and back at most, and one of them may wait for a batch of ten sends. Doubled.
 */
const AT_ONCE_MS = 20_000;
const CALM_FOR_MS = 60_000;
/**
 * After a disturbance: an instance that died had the account to itself for half a minute, and the looks come back every few seconds
 * (docs/queue.md). Less than the minute in which a schedule would find it.
 */
const AFTER_DISTURBANCE_MS = 50_000;

export const placesGoByRank: Invariant = {
  rule: 9,
  name: "placesGoByRank",
  says: "A free place goes to the queued entry that is first by operator, group, replacement, arrival, age and id among those that have room: at once, and within a minute of a disturbance.",
  watch(evidence) {
    const waits = new Waits(evidence);
    return {
      landed(commit) {
        for (const { path, accountId, before, after } of commit.changes) {
          if (!path.includes("/receipts/") || accountId === null || commit.stored !== undefined) continue;
          const was = before as unknown as Receipt | null;
          const is = after as unknown as Receipt | null;
          if (was?.status !== "QUEUED" || is?.queue?.end !== "PROMOTED") continue;
          const promoted = entryOf(path, is);
          if (promoted !== null) checkRank(evidence, commit, accountId, promoted);
        }
        for (const { path, accountId } of commit.changes)
          if (path.endsWith("/control/state") && accountId !== null) waits.look(accountId, commit);
      },
      healed() {
        for (const { profile } of evidence.setup.accounts) waits.end(profile.accountId);
      },
    };
  },
};

function checkRank(evidence: Evidence, { changes }: Landed, accountId: string, promoted: WaitingEntry): void {
  const config = configInForce(evidence, accountId);
  const made = changes.find(({ path, before }) => path.includes("/groups/") && before === null);
  const open = openGroups(
    evidence,
    accountId,
    (made?.after as unknown as Group | undefined)?.groupId ?? null,
  );
  if (config?.queue == null) return;
  // One that is about to run out may have done so by the clock of the process.
  const oldestMs = evidence.nowMs() - config.queue.validForMs + CLOCK_TOLERANCE_MS;
  for (const other of waitingEntries(evidence, accountId)) {
    if (other.queuedAtMs < oldestMs || !hasRoom(config, open, other.symbol)) continue;
    if (mustFollow(evidence, accountId, open, [promoted, other]))
      evidence.fail(`${promoted.path} got a place before ${other.path}, which was ahead of it`);
  }
}

/** Since when each waiting entry has had room, by path of its receipt. */
class Waits {
  readonly #evidence: Evidence;
  readonly #sinceMs = new Map<string, number>();

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  look(accountId: string, { stored }: Pick<Landed, "stored">): void {
    const free = new Set(this.#waitingWithRoom(accountId));
    const nowMs = this.#evidence.nowMs();
    for (const [path, sinceMs] of this.#of(accountId)) {
      // An older release passes over what the later one has queued.
      if (stored === undefined) this.#judge(path, sinceMs, nowMs);
      if (!free.has(path) || stored !== undefined) this.#sinceMs.delete(path);
    }
    if (stored !== undefined) return;
    for (const path of free) if (!this.#sinceMs.has(path)) this.#sinceMs.set(path, nowMs);
  }

  /** Everything has had its time. */
  end(accountId: string): void {
    this.look(accountId, {});
    const { disturbances, fail } = this.#evidence;
    if (disturbances === null)
      for (const path of this.#waitingWithRoom(accountId)) fail(`${path} waits at the end, and has room`);
  }

  #of(accountId: string): readonly (readonly [string, number])[] {
    return [...this.#sinceMs].filter(([path]) => path.startsWith(`accounts/${accountId}/`));
  }

  #waitingWithRoom(accountId: string): readonly string[] {
    const config = configInForce(this.#evidence, accountId);
    if (config?.queue == null) return [];
    const waiting = waitingEntries(this.#evidence, accountId);
    const open = waiting.length === 0 ? [] : openGroups(this.#evidence, accountId);
    return waiting.filter(({ symbol }) => hasRoom(config, open, symbol)).map(({ path }) => path);
  }

  #judge(path: string, sinceMs: number, untilMs: number): void {
    const { disturbances, fail } = this.#evidence;
    if (disturbances === null || untilMs - sinceMs <= AT_ONCE_MS) return;
    const around = disturbances.longestFree({ sinceMs: sinceMs - CALM_FOR_MS, untilMs });
    const isCalm = around.sinceMs <= sinceMs - CALM_FOR_MS && around.untilMs >= untilMs;
    const free = disturbances.longestFree({ sinceMs, untilMs });
    const freeMs = free.untilMs - free.sinceMs;
    if (freeMs > (isCalm ? AT_ONCE_MS : AFTER_DISTURBANCE_MS))
      fail(`${path} has had room since ${sinceMs}, ${freeMs} ms of it undisturbed, and waits`);
  }
}
