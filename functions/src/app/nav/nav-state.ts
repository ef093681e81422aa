// What the NAV schedule remembers of an account between two minutes, and how it is read when it does not. It is the only
// writer of NAV, peak and series, so its last documents may be kept: their version proves them at the next commit.

import type { ExecutionDeps } from "#app/books";
import { decode, decodeRequired, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav, NavSeries, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import { readsConfig } from "#domain/nav/nav-cadence.ts";
import type { DocumentSnapshot, DocumentVersion } from "#ports/documents.ts";
import { controlStateSchema } from "#schemas/books.ts";
import { accountConfigSchema } from "#schemas/config.ts";
import { navSchema, peakSchema } from "#schemas/nav.ts";

/** Should its minute be missed, the config is read again after this; a new symbol gets its first mark no later. */
const CONFIG_LIMIT_MS = 11 * 60_000;
/** A config read this recently is not read again in the same minute. */
const CONFIG_FRESH_MS = 60_000;

/** A peak that must not be judged on: unreadable, or of another baseline than the NAV's. It is kept as evidence. */
interface PeakSetAside {
  readonly fault: string;
  readonly body: string;
  readonly version: DocumentVersion;
}

export interface NavState {
  readonly config: AccountConfig;
  readonly configLoadedAtMs: number;
  readonly nav: Nav | null;
  readonly navVersion: DocumentVersion | null;
  /** Null when it has to be made anew. */
  readonly peak: Peak | null;
  readonly peakSetAside: PeakSetAside | null;
  readonly peakTriedAtMs: number | null;
  /** The day's series as last packed by this process; null when it has to be read. */
  readonly series: NavSeries | null;
  /** As this process last saw it. Grade and daily loss are written by the NAV schedule alone, so they are right. */
  readonly control: ControlState | null;
}

/** Last state of each account in this process. */
export type NavCache = Map<string, NavState>;

export interface NavDeps extends ExecutionDeps {
  readonly navCache: NavCache;
}

export async function currentState(deps: NavDeps, accountId: string): Promise<NavState> {
  const cached = deps.navCache.get(accountId);
  const nowMs = deps.clock.nowMs();
  if (cached !== undefined) {
    const ageMs = nowMs - cached.configLoadedAtMs;
    const due = ageMs > CONFIG_LIMIT_MS || (readsConfig(nowMs) && ageMs >= CONFIG_FRESH_MS);
    const state = cached.control === null ? await withControl(deps, accountId, cached) : cached;
    if (!due) return state;
    const [config] = await deps.documents.getAll([paths.config(accountId)]);
    if (config === undefined) throw new Error("The store answered without the config");
    return { ...state, config: decodeRequired(accountConfigSchema, config), configLoadedAtMs: nowMs };
  }
  const wanted = [
    paths.config(accountId),
    paths.nav(accountId),
    paths.peak(accountId),
    paths.control(accountId),
  ];
  const [config, navSnapshot, peak, control] = await deps.documents.getAll(wanted);
  if (!config || !navSnapshot || !peak || !control)
    throw new Error("The store answered with fewer documents than were asked for");
  const nav = decode(navSchema, navSnapshot);
  return {
    config: decodeRequired(accountConfigSchema, config),
    configLoadedAtMs: nowMs,
    nav,
    navVersion: navSnapshot.version,
    ...readPeak(deps, peak, nav),
    peakTriedAtMs: null,
    series: null,
    control: readControl(deps, control),
  };
}

/** One that could not be read is asked for every time: once mended, drawdown is acted on again. */
async function withControl(deps: NavDeps, accountId: string, state: NavState): Promise<NavState> {
  const [control] = await deps.documents.getAll([paths.control(accountId)]);
  if (control === undefined) throw new Error("The store answered without the control document");
  return { ...state, control: readControl(deps, control) };
}

function readPeak(
  deps: NavDeps,
  snapshot: DocumentSnapshot,
  nav: Nav | null,
): Pick<NavState, "peak" | "peakSetAside"> {
  const setAside = (fault: string): Pick<NavState, "peak" | "peakSetAside"> => {
    deps.logger.error("The peak cannot be used", { path: snapshot.path, fault });
    const body = JSON.stringify(snapshot.data);
    return { peak: null, peakSetAside: { fault, body, version: snapshot.version ?? "" } };
  };
  try {
    const peak = decode(peakSchema, snapshot);
    const wanted = nav?.baseline?.baselineId ?? peak?.baselineId;
    if (peak !== null && peak.baselineId !== wanted)
      return setAside(`It is of ${peak.baselineId}, the NAV of ${wanted}`);
    return { peak, peakSetAside: null };
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    return setAside(error.message);
  }
}

/** Null while nobody here can read it: the NAV is written all the same, and nothing trades on that document. */
function readControl(deps: NavDeps, snapshot: DocumentSnapshot): ControlState | null {
  try {
    return decode(controlStateSchema, snapshot);
  } catch (error) {
    if (!(error instanceof UnusableDocumentError || error instanceof NewerDocumentError)) throw error;
    deps.logger.error("Drawdown cannot be acted on", { path: error.path, fault: error.message });
    return null;
  }
}
