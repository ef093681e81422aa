// Which independent faults can have silenced something lately: Cloud Scheduler (NAV and reconcile), the venue with the way
// to it (every endpoint), and the executor (intents and orders). Told by the ages of what landed and by what came over the
// wire; lenient where both are possible, since a look sees only one moment.
import type { HttpResponse } from "#adapters/http/http-transport.ts";
import type { AccountConfig, WatchdogConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { SimProcess } from "../engine/sim-process.ts";
import type { WireRequest } from "../ports/venue-transport.ts";
import { type Change, CLOCK_TOLERANCE_MS, configInForce, type Evidence } from "./invariant.ts";

export type Cause = "scheduler" | "venue" | "executor";

/** Longer than the slowest look with its longest pause: it judged by signs no older than this. */
const LOOK_MS = 120_000;

/** A sign of life, and the longest time without one among those that a look of now may have met. */
export class Beats {
  readonly #atMs: number[];

  constructor(...atMs: readonly number[]) {
    this.#atMs = [...atMs];
  }

  add(atMs: number): void {
    this.#atMs.push(atMs);
    this.#atMs.sort((a, b) => a - b);
  }

  longestGapMs(nowMs: number): number {
    const beats = [...this.#atMs, nowMs];
    const gaps = beats.map((atMs, place) =>
      beats[place - 1] === undefined ? 0 : atMs - (beats[place - 1] ?? 0),
    );
    return Math.max(0, ...gaps.filter((_gap, place) => (beats[place] ?? 0) > nowMs - LOOK_MS));
  }
}

export class CausesAtWork {
  readonly #evidence: Evidence;
  /** By path of the document, or of the account for its inbox. */
  readonly #beats = new Map<string, Beats>();
  /** When a process last got no good answer for an account, or one of an earlier moment. */
  readonly #failedMs = new Map<string, number>();

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  found(documents: readonly Change[]): void {
    for (const change of documents) this.landed(change);
  }

  landed({ accountId, path, before, after }: Change): void {
    if (accountId === null) return;
    const isRecord = isScheduledRecord(path);
    const isOrder = path.startsWith(`accounts/${accountId}/orders/`);
    const inboxOf = (data: Change["after"]) => (data as unknown as ControlState | null)?.inbox;
    const was = inboxOf(before);
    const isMoved = was?.takenCount !== inboxOf(after)?.takenCount || was?.storedCount === was?.takenCount;
    const isTaken = path === paths.control(accountId) && isMoved;
    if (isRecord || isOrder || isTaken) this.#beatsOf(path).add(this.#evidence.nowMs());
  }

  received({ process, accountId, name }: WireRequest, response: HttpResponse | null): void {
    const isBad = response === null || response.status !== 200 || this.#isOld(accountId, name, response.body);
    if (isBad) this.#failedMs.set(`${process.id}/${accountId}`, this.#evidence.nowMs());
  }

  of(process: SimProcess, accountId: string): ReadonlySet<Cause> {
    const config = configInForce(this.#evidence, accountId);
    if (config?.watchdog === undefined) return new Set(["scheduler", "venue", "executor"]);
    const causes = new Set<Cause>();
    if (this.#isSchedulerSilent(accountId, config.watchdog)) causes.add("scheduler");
    if (this.#isVenueSilent(process, accountId, config.watchdog)) causes.add("venue");
    if (this.#isExecutorSilent(accountId, config)) causes.add("executor");
    return causes;
  }

  #isSchedulerSilent(accountId: string, { maxNavAgeMs, maxReconcileAgeMs }: WatchdogConfig): boolean {
    const [nav, reconcile] = scheduledRecords(accountId);
    const isNavBroken = this.#evidence.read<Nav>(nav)?.sources === undefined;
    return isNavBroken || this.#isPast(nav, maxNavAgeMs) || this.#isPast(reconcile, maxReconcileAgeMs);
  }

  #isVenueSilent(process: SimProcess, accountId: string, { maxNavAgeMs }: WatchdogConfig): boolean {
    const nowMs = this.#evidence.nowMs();
    const nav = this.#evidence.read<Nav>(paths.nav(accountId));
    const failedMs = this.#failedMs.get(`${process.id}/${accountId}`) ?? Number.NEGATIVE_INFINITY;
    // Values that are old because no run has renewed them are the scheduler's silence.
    const isNavOld = nav?.stale === true && nowMs - (nav.asOfMs ?? 0) + CLOCK_TOLERANCE_MS > maxNavAgeMs;
    return nowMs - failedMs < LOOK_MS || isNavOld;
  }

  /** Intents that wait, or live orders, that have not been moved for long. */
  #isExecutorSilent(accountId: string, { watchdog, workingLimitMs }: AccountConfig): boolean {
    const control = this.#evidence.read<ControlState>(paths.control(accountId));
    if (control?.inbox === undefined) return true;
    const { inbox, reservations } = control;
    const waits = inbox.storedCount !== inbox.takenCount;
    if (waits && this.#isPast(paths.control(accountId), watchdog.maxExecutorAgeMs)) return true;
    const limitMs = Math.min(watchdog.maxExecutorAgeMs, workingLimitMs);
    return Object.keys(reservations).some((id) => this.#isPast(paths.order(accountId, id), limitMs));
  }

  #isPast(path: string, limitMs: number): boolean {
    return this.#beatsOf(path).longestGapMs(this.#evidence.nowMs()) + CLOCK_TOLERANCE_MS > limitMs;
  }

  /** A schedule's record that is not written at all has been missing since the run began. */
  #beatsOf(path: string): Beats {
    const first = isScheduledRecord(path) ? [this.#evidence.setup.startMs] : [];
    const beats = this.#beats.get(path) ?? new Beats(...first);
    this.#beats.set(path, beats);
    return beats;
  }

  /** Prices of a configured symbol that are old, or that no reader could use; or an account with a row of that kind. */
  #isOld(accountId: string, name: string, body: string): boolean {
    if (name === "GET /fapi/v3/account") return !isReadable(body);
    if (name !== "GET /fapi/v1/ticker/bookTicker") return false;
    const config = configInForce(this.#evidence, accountId);
    const rows = rowsOf(body);
    const limitMs = config?.watchdog?.maxMarketDataAgeMs ?? 0;
    return (config?.symbols ?? []).some((symbol) => {
      const row = rows.find((each) => each.symbol === symbol);
      const isPriced = Number(row?.bidPrice) > 0 && Number(row?.askPrice) > 0;
      return !isPriced || this.#evidence.nowMs() - Number(row?.time) + CLOCK_TOLERANCE_MS > limitMs;
    });
  }
}

/** Records that the schedules write for an account in each of their runs. */
function scheduledRecords(accountId: string): readonly [nav: string, reconcile: string] {
  return [paths.nav(accountId), paths.telemetry(accountId, "reconcile")];
}

function isScheduledRecord(path: string): boolean {
  return scheduledRecords(path.split("/")[1] ?? "").includes(path);
}

/** Whether every position of an account's answer has its numbers: what is held has no value otherwise. */
function isReadable(body: string): boolean {
  const positions = parsed(body)?.positions;
  return (
    Array.isArray(positions) &&
    (positions as readonly Readonly<Record<string, unknown>>[]).every(({ positionAmt, unrealizedProfit }) =>
      [positionAmt, unrealizedProfit].every((each) => typeof each === "string" && /^-?\d/.test(each)),
    )
  );
}

interface Row {
  readonly symbol?: unknown;
  readonly bidPrice?: unknown;
  readonly askPrice?: unknown;
  readonly time?: unknown;
}

function rowsOf(body: string): readonly Row[] {
  const rows: unknown = parsed(body);
  return Array.isArray(rows)
    ? (rows as readonly Row[]).filter((row) => typeof row === "object" && row !== null)
    : [];
}

/** Null for a body that was spoilt on its way. */
function parsed(body: string): { readonly positions?: unknown } | null {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
