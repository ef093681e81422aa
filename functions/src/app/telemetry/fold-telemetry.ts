// Counts from the journal how the account's orders went: execution health at once, metrics of an order minutes after its end, when
// the market after its fill is known. Once in five minutes, after a pass of reconcile. Must not hold up what trades: its
// failures are counted and told, and the next run begins where the last one ended.
import { type ExecutionDeps, latchBanOf } from "#app/books";
import { NewerDocumentError, UnusableDocumentError } from "#app/documents";
import { alertWrites, raiseAlert } from "#app/telling";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { ControlState } from "#domain/documents/control.ts";
import { foldsTelemetry } from "#domain/nav/nav-cadence.ts";
import { ownChoice } from "#domain/telemetry/compare-choices.ts";
import { type ExecutionHealth, withChange, within } from "#domain/telemetry/execution-health.ts";
import { type AlarmNews, isMoving, judged } from "#domain/telemetry/health-alarms.ts";
import {
  DocumentConflictError,
  DocumentError,
  DocumentExistsError,
  type DocumentWrite,
  PreconditionFailedError,
} from "#ports/documents.ts";
import { VenueError } from "#ports/venue.ts";
import { foldRouter } from "./fold-router.ts";
import { type JournalNews, readJournal } from "./read-journal.ts";
import { alarmAlert, failingAlert } from "./telemetry-alerts.ts";
import {
  type AccountTelemetry,
  type KeptTelemetry,
  loadTelemetry,
  type Stored,
  stored,
  type TelemetryMemory,
  writeOf,
} from "./telemetry-memory.ts";
import { routerConfigOf, tuneRouter, tuningAsItWas } from "./tune-router.ts";

export interface TelemetryDeps extends ExecutionDeps {
  readonly telemetryMemory: TelemetryMemory;
}

const ACTOR = "telemetry";
/** Entries of one run: some 70 orders. They are read in one round trip; what is left comes in the next minute. */
const MOST_ENTRIES = 200;
/** Read entries that wait in memory while the venue does not answer; with 2 kB each a few MB. */
const MOST_KEPT = 2_000;
/**
 * Without an order to count a document is stored again only so far behind: a new process reads no more than this of the
 * journal twice.
 */
const STORED_BEHIND = 100;
/**
 * A new process leaves an account alone whose books have not moved for this long, so that an idle one costs no read: longer
 * than the window of health, so an alarm has had its end.
 */
const QUIET_MS = 7_200_000;
/**
 * A schedule's run is ended after 55 s (entry/options.ts). Behind a pass that took this long the venue is asked nothing more:
 * health needs no answer of it, and metrics wait.
 */
const LATEST_QUESTION_MS = 20_000;
/** Half an hour of runs: the venue's and the store's common incidents are shorter, and nothing is lost meanwhile. */
const TOLD_FAILURES = 6;

/** `control` is of the pass that began at `startedAtMs`. Rejects only with what is no fault of store, venue or documents. */
export async function foldTelemetry(
  deps: TelemetryDeps,
  profile: AccountProfile,
  control: ControlState,
  startedAtMs: number,
): Promise<void> {
  const { accountId } = control;
  const known = deps.telemetryMemory.get(accountId) ?? { kept: null, failures: 0 };
  const nowMs = deps.clock.nowMs();
  if (!isDue(known, control, nowMs)) return;
  const isBanned = control.throttles.venueBannedUntilMs > nowMs;
  const mayAsk = !isBanned && nowMs - startedAtMs <= LATEST_QUESTION_MS;
  try {
    const { kept, failure } = await fold(deps, { profile, control, mayAsk }, known.kept);
    deps.telemetryMemory.set(accountId, { kept, failures: failure === null ? 0 : known.failures });
    if (failure !== null) await failed(deps, control, failure);
  } catch (error) {
    // The stored documents are not known any more.
    deps.telemetryMemory.set(accountId, { ...known, kept: null });
    if (isRace(error)) {
      deps.logger.info("Another run has counted the same orders", { accountId });
      return;
    }
    if (!(error instanceof DocumentError || isOfDocument(error))) throw error;
    await failed(deps, control, error);
  }
}

function isDue({ kept }: AccountTelemetry, control: ControlState, nowMs: number): boolean {
  if (!foldsTelemetry(control.accountId, nowMs) && kept?.isBehind !== true) return false;
  if (kept === null) return control.journalSeq > 0 && nowMs - control.updatedAtMs < QUIET_MS;
  return seqOf(kept) < control.journalSeq || isMoving(kept.health.document);
}

/** Up to this entry both documents have counted. */
function seqOf({ router, health }: KeptTelemetry): number {
  return Math.min(router.document.foldedSeq, health.document.foldedSeq);
}

function isRace(error: unknown): boolean {
  return (
    error instanceof PreconditionFailedError ||
    error instanceof DocumentExistsError ||
    error instanceof DocumentConflictError
  );
}

function isOfDocument(error: unknown): error is UnusableDocumentError | NewerDocumentError {
  return error instanceof UnusableDocumentError || error instanceof NewerDocumentError;
}

interface Folded {
  readonly kept: KeptTelemetry;
  readonly failure: VenueError | null;
}

interface Pass {
  readonly profile: AccountProfile;
  readonly control: ControlState;
  /** The venue, for metrics. */
  readonly mayAsk: boolean;
}

async function fold(
  deps: TelemetryDeps,
  { profile, control, mayAsk }: Pass,
  known: KeptTelemetry | null,
): Promise<Folded> {
  const { accountId, journalSeq } = control;
  const before = known ?? (await loadTelemetry(deps, control));
  const fromSeq = (before.entries.at(-1)?.seq ?? seqOf(before)) + 1;
  const room = Math.min(MOST_ENTRIES, Math.max(0, MOST_KEPT - before.entries.length));
  const toSeq = Math.min(journalSeq, fromSeq + room - 1);
  const read = await readJournal(deps, accountId, fromSeq, toSeq);
  const entries = [...before.entries, ...read];
  const nowMs = deps.clock.nowMs();
  const { health, news } = healthAfter(before.health.document, entries, nowMs);
  const router = entries.length === 0 ? null : await routerConfigOf(deps, control);
  const resting = router === null ? null : ownChoice(router);
  const folded = await foldRouter(deps, profile, {
    router: before.router.document,
    entries,
    mayAsk,
    resting,
  });
  const outcomes = { ...folded, health };
  const tuned =
    router === null
      ? tuningAsItWas(before, folded)
      : tuneRouter(before, outcomes, { control, router, nowMs });
  const kept = await store(deps, before, { health, ...tuned, news });
  const doneSeq = seqOf(kept);
  const isBehind = toSeq < journalSeq || folded.isBehind;
  return {
    kept: { ...kept, entries: entries.filter(({ seq }) => seq > doneSeq), isBehind },
    failure: folded.failure,
  };
}

function healthAfter(
  before: ExecutionHealth,
  entries: readonly JournalNews[],
  nowMs: number,
): { readonly health: ExecutionHealth; readonly news: readonly AlarmNews[] } {
  let health = before;
  for (const { seq, atMs, kind, orders } of entries) {
    if (seq <= before.foldedSeq) continue;
    if (atMs === null) health = { ...health, lostEntries: health.lostEntries + 1 };
    else for (const { order } of orders) health = withChange(health, { kind, order, atMs });
    health = { ...health, foldedSeq: seq };
  }
  return judged(within(health, nowMs), nowMs);
}

interface After {
  readonly health: ExecutionHealth;
  readonly router: KeptTelemetry["router"]["document"];
  readonly tuning: KeptTelemetry["tuning"]["document"];
  readonly news: readonly AlarmNews[];
}

/** Documents that have counted an order, in one batch with the alerts about them. */
async function store(
  deps: TelemetryDeps,
  before: KeptTelemetry,
  { health, router, tuning, news }: After,
): Promise<KeptTelemetry> {
  const nowMs = deps.clock.nowMs();
  const next = {
    router: { ...before.router, document: router },
    health: { ...before.health, document: health },
    tuning: { ...before.tuning, document: tuning },
  };
  const isRouterNews = hasCounted(before.router.document, router) || isFarBehind(next.router);
  const isHealthNews = hasChanged(before.health.document, health) || isFarBehind(next.health);
  const isTuningNews = before.tuning.document !== tuning;
  const alerts = news.flatMap((each) => alertWrites(alarmAlert(health.accountId, each), nowMs));
  const changed: readonly DocumentWrite[] = [
    ...(isRouterNews ? [writeOf("router", dated(next.router, nowMs))] : []),
    ...(isHealthNews ? [writeOf("execution", dated(next.health, nowMs))] : []),
    ...(isTuningNews ? [writeOf("tuning", dated(next.tuning, nowMs))] : []),
  ];
  if (changed.length === 0) return { ...before, ...next };
  const versions = [...(await deps.documents.commit([...changed, ...alerts]))];
  return {
    ...before,
    router: isRouterNews ? stored(dated(next.router, nowMs).document, versions.shift() ?? null) : next.router,
    health: isHealthNews ? stored(dated(next.health, nowMs).document, versions.shift() ?? null) : next.health,
    tuning: isTuningNews
      ? { document: dated(next.tuning, nowMs).document, version: versions.shift() ?? null }
      : next.tuning,
  };
}

function dated<T extends { readonly document: object }>(of: T, updatedAtMs: number): T {
  return { ...of, document: { ...of.document, updatedAtMs } };
}

function isFarBehind({ document, storedSeq }: Stored<{ readonly foldedSeq: number }>): boolean {
  return document.foldedSeq - storedSeq >= STORED_BEHIND;
}

function hasCounted(before: After["router"], after: After["router"]): boolean {
  return before.newest !== after.newest || before.lostEntries !== after.lostEntries;
}

/** Buckets that left the window alone are no news. */
function hasChanged(before: ExecutionHealth, after: ExecutionHealth): boolean {
  const isOld = after.buckets.every((bucket) => before.buckets.includes(bucket));
  const isSame = before.doubtedSinceMs === after.doubtedSinceMs && before.alarms === after.alarms;
  return !isOld || !isSame || before.lostEntries !== after.lostEntries;
}

async function failed(deps: TelemetryDeps, { accountId }: ControlState, error: Error): Promise<void> {
  const known = deps.telemetryMemory.get(accountId) ?? { kept: null, failures: 0 };
  const failures = known.failures + 1;
  deps.telemetryMemory.set(accountId, { ...known, failures });
  deps.logger.warn("How orders went could not be counted", { accountId, failures, cause: error.message });
  if (error instanceof VenueError) await latchBanOf(deps, accountId, error, ACTOR);
  // The later release counts, and its own alert tells of the rollout.
  if (failures < TOLD_FAILURES || error instanceof NewerDocumentError) return;
  await raiseAlert(deps, failingAlert(accountId, error.message, deps.clock.nowMs()));
}
