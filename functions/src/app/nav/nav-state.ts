// The NAV schedule's memory of an account between two minutes, and how it is read when the memory is empty.
// The schedule is the only writer of NAV, peak and series, so it may keep its last documents: their version proves them at
// the next commit. Control is read in every run, since it names the config that judges.

import { configInForce } from "#app/accounts";
import type { ExecutionDeps } from "#app/books";
import { decode, decodeRequired, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import { type AccountConfig, NO_CONFIG_VERSION } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav, NavSeries, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { DocumentSnapshot, DocumentVersion } from "#ports/documents.ts";
import { controlStateSchema } from "#schemas/books.ts";
import { accountConfigSchema } from "#schemas/config.ts";
import { navSchema, peakSchema } from "#schemas/nav.ts";

/** A peak that must not be judged on: unreadable, or of another baseline than the NAV's. It is kept as evidence. */
interface PeakSetAside {
  readonly fault: string;
  readonly body: string;
  readonly version: DocumentVersion;
}

export interface NavState {
  /** In force when the run began. */
  readonly config: AccountConfig;
  readonly nav: Nav | null;
  readonly navVersion: DocumentVersion | null;
  /** Null when it has to be made anew. */
  readonly peak: Peak | null;
  readonly peakSetAside: PeakSetAside | null;
  readonly peakTriedAtMs: number | null;
  /** The day's series as last packed by this process; null when it has to be read. */
  readonly series: NavSeries | null;
  /** As this run read it; null while this release cannot read it. */
  readonly control: ControlState | null;
}

/** Last state of each account in this process. */
export type NavCache = Map<string, NavState>;

export interface NavDeps extends ExecutionDeps {
  readonly navCache: NavCache;
}

export async function currentState(deps: NavDeps, accountId: string): Promise<NavState> {
  const cached = deps.navCache.get(accountId);
  if (cached !== undefined) {
    const [snapshot] = await deps.documents.getAll([paths.control(accountId)]);
    if (snapshot === undefined) throw new Error("The store answered without the control document");
    const control = readControl(deps, snapshot);
    return { ...cached, control, config: await currentConfig(deps, control, cached.config) };
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
  const known = readControl(deps, control);
  return {
    config: known === null ? decodeRequired(accountConfigSchema, config) : await inForce(deps, known, config),
    nav,
    navVersion: navSnapshot.version,
    ...readPeak(deps, peak, nav),
    peakTriedAtMs: null,
    series: null,
    control: known,
  };
}

/** Read only when control names another version than the one in memory, which stays where there is no valid one. */
async function currentConfig(
  deps: NavDeps,
  control: ControlState | null,
  last: AccountConfig,
): Promise<AccountConfig> {
  if (control === null || control.configVersion === last.version) return last;
  const [current] = await deps.documents.getAll([paths.config(control.accountId)]);
  if (current === undefined) throw new Error("The store answered without the config");
  const { config, fault } = await configInForce(deps.documents, control, current);
  if (config.version !== NO_CONFIG_VERSION) return config;
  deps.logger.error("NAV goes on with the last config in force", { path: current.path, fault });
  return last;
}

/** Throws UnusableDocumentError where no valid config exists: then not even a reserve is known. */
async function inForce(
  deps: NavDeps,
  control: ControlState,
  current: DocumentSnapshot,
): Promise<AccountConfig> {
  const { config, fault } = await configInForce(deps.documents, control, current);
  if (config.version === NO_CONFIG_VERSION) throw new UnusableDocumentError(current.path, fault ?? "");
  return config;
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

/**
 * Null while this release cannot read it: the NAV is written all the same, and trading on that document
 * stops.
 */
function readControl(deps: NavDeps, snapshot: DocumentSnapshot): ControlState | null {
  try {
    return decode(controlStateSchema, snapshot);
  } catch (error) {
    if (!(error instanceof UnusableDocumentError || error instanceof NewerDocumentError)) throw error;
    deps.logger.error("Drawdown cannot be acted on", { path: error.path, fault: error.message });
    return null;
  }
}
