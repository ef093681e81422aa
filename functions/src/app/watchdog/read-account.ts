// The documents that the watchdog judges by, in one round trip; config, orders and heartbeats only when they are needed. A
// heartbeat that cannot be read counts as none, which no rule takes for good news.
import type { z } from "zod";
import { configInForce } from "#app/accounts";
import {
  committedAtMs,
  decode,
  decodeRequired,
  NewerDocumentError,
  UnusableDocumentError,
} from "#app/documents";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { MIN_NAV_AGE_LIMIT_MS } from "#domain/nav/nav-cadence.ts";
import type { WatchdogRecord } from "#domain/watchdog/view.ts";
import type { DocumentSnapshot, DocumentVersion } from "#ports/documents.ts";
import { controlStateSchema, orderSchema } from "#schemas/books.ts";
import { navSchema } from "#schemas/nav.ts";
import { reconcileRecordSchema, watchdogRecordSchema } from "#schemas/watchdog.ts";
import { type WatchdogDeps, watchdogMemoryOf } from "./watchdog-deps.ts";

/** The watchdog's own record. */
interface OwnRecord {
  readonly before: WatchdogRecord | null;
  /** Null: there is none. One that cannot be read has its version. */
  readonly version: DocumentVersion | null;
  /** It is a later release's: this look is judged without memory, and is not stored over it. */
  readonly leavesRecord: boolean;
}

export interface WatchedAccount extends Omit<OwnRecord, "version"> {
  readonly recordVersion: OwnRecord["version"];
  readonly control: ControlState;
  readonly config: AccountConfig;
  readonly nav: Nav | null;
  readonly navStoredAtMs: number | null;
  readonly reconciledAtMs: number | null;
}

/**
 * A heartbeat that was read proves life until it is this much of the smallest limit on its age (MIN_NAV_AGE_LIMIT_MS): a
 * part is found silent on what is read at that look, never on what is remembered.
 */
const TRUSTED_SHARE = 0.5;
const TRUSTED_MS = TRUSTED_SHARE * MIN_NAV_AGE_LIMIT_MS;

/** Throws UnusableDocumentError when the control document cannot be read: nothing can be done without it. */
export async function readAccount(deps: WatchdogDeps, accountId: string): Promise<WatchedAccount> {
  const known = rememberedBeats(deps, accountId);
  const [control, own, ...beats] = await deps.documents.getAll([
    paths.control(accountId),
    paths.telemetry(accountId, "watchdog"),
    ...(known.nav === null ? [paths.nav(accountId)] : []),
    ...(known.reconciledAtMs === null ? [paths.telemetry(accountId, "reconcile")] : []),
  ]);
  if (!control || !own) throw new Error("The store answered with fewer documents than were asked for");
  const state = decodeRequired(controlStateSchema, control);
  const { version: recordVersion, ...record } = ownOf(deps, own);
  return {
    control: state,
    config: await configOf(deps, state),
    ...navOf(deps, accountId, known.nav, beats),
    ...record,
    recordVersion,
    reconciledAtMs: known.reconciledAtMs ?? reconciledOf(deps, accountId, beats),
  };
}

interface Beats {
  readonly nav: Nav | null;
  readonly reconciledAtMs: number | null;
}

/** Heartbeats that this process has read lately enough; null is read again. */
function rememberedBeats(deps: WatchdogDeps, accountId: string): Beats {
  const { nav, reconciledAtMs } = watchdogMemoryOf(deps, accountId);
  const isYoung = (atMs: number): boolean => Math.abs(deps.clock.nowMs() - atMs) <= TRUSTED_MS;
  return {
    nav: nav !== null && isYoung(nav.checkedAtMs) ? nav : null,
    reconciledAtMs: isYoung(reconciledAtMs) ? reconciledAtMs : null,
  };
}

function navOf(
  deps: WatchdogDeps,
  accountId: string,
  remembered: Nav | null,
  beats: readonly DocumentSnapshot[],
): Pick<WatchedAccount, "nav" | "navStoredAtMs"> {
  if (remembered !== null) return { nav: remembered, navStoredAtMs: remembered.checkedAtMs };
  const snapshot = found(beats, paths.nav(accountId));
  const nav = orNull(deps, navSchema, snapshot);
  const memory = watchdogMemoryOf(deps, accountId);
  // One that is stale is read at every look: it says itself what is wrong.
  deps.watchdogMemory.set(accountId, { ...memory, nav: nav !== null && !nav.stale ? nav : null });
  // A part that runs on a later release is not silent: its documents were stored when it ran.
  return {
    nav,
    navStoredAtMs: snapshot.newer === undefined ? (nav?.checkedAtMs ?? null) : committedAtMs(snapshot),
  };
}

function reconciledOf(
  deps: WatchdogDeps,
  accountId: string,
  beats: readonly DocumentSnapshot[],
): number | null {
  const snapshot = found(beats, paths.telemetry(accountId, "reconcile"));
  if (snapshot.newer !== undefined) return committedAtMs(snapshot);
  const reconciledAtMs = orNull(deps, reconcileRecordSchema, snapshot)?.endedAtMs ?? null;
  const memory = watchdogMemoryOf(deps, accountId);
  deps.watchdogMemory.set(accountId, { ...memory, reconciledAtMs: reconciledAtMs ?? 0 });
  return reconciledAtMs;
}

function found(snapshots: readonly DocumentSnapshot[], path: string): DocumentSnapshot {
  const snapshot = snapshots.find((each) => each.path === path);
  if (snapshot === undefined) throw new Error(`The store answered without ${path}`);
  return snapshot;
}

/** The watchdog's memory alone, as it is now. */
export async function readOwn(deps: WatchdogDeps, accountId: string): Promise<OwnRecord> {
  const [own] = await deps.documents.getAll([paths.telemetry(accountId, "watchdog")]);
  if (own === undefined) throw new Error("The store answered without the watchdog's record");
  return ownOf(deps, own);
}

function ownOf(deps: WatchdogDeps, own: DocumentSnapshot): OwnRecord {
  const before = orNull(deps, watchdogRecordSchema, own);
  return { before, version: own.version, leavesRecord: own.newer !== undefined };
}

async function configOf(deps: WatchdogDeps, control: ControlState): Promise<AccountConfig> {
  const { accountId, configVersion } = control;
  const memory = watchdogMemoryOf(deps, accountId);
  if (memory.config?.version === configVersion) return memory.config;
  const [current] = await deps.documents.getAll([paths.config(accountId)]);
  if (current === undefined) throw new Error("The store answered without the config");
  const { config } = await configInForce(deps.documents, control, current);
  deps.watchdogMemory.set(accountId, { ...watchdogMemoryOf(deps, accountId), config });
  return config;
}

/** Live orders, asked for only when the control document has not moved for as long as an executor may rest. */
export async function readIdleOrders(
  deps: WatchdogDeps,
  { control, config }: WatchedAccount,
): Promise<readonly Order[]> {
  const ids = Object.keys(control.reservations);
  const idleMs = deps.clock.nowMs() - control.updatedAtMs;
  if (ids.length === 0 || idleMs <= config.watchdog.maxExecutorAgeMs) return [];
  const snapshots = await deps.documents.getAll(ids.map((id) => paths.order(control.accountId, id)));
  // Of one that cannot be read the books tell people; the account's losses are judged without it.
  return snapshots.flatMap((snapshot) => orNull(deps, orderSchema, snapshot) ?? []);
}

function orNull<T>(deps: WatchdogDeps, schema: z.ZodType<T>, snapshot: DocumentSnapshot): T | null {
  try {
    return decode(schema, snapshot);
  } catch (error) {
    if (!(error instanceof UnusableDocumentError || error instanceof NewerDocumentError)) throw error;
    deps.logger.error("The watchdog cannot read a document", { path: error.path, fault: error.message });
    return null;
  }
}
