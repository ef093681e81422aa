// Stores what a look of the watchdog remembers. Looks overlap, and one that stood still may end long after others that began
// later: its record must not take the place of theirs, or the age of blindness would count from a sight that is long past.
import { commitDecision, encode, RACES } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import type { WatchdogRecord } from "#domain/watchdog/view.ts";
import {
  DocumentExistsError,
  DocumentNotFoundError,
  type DocumentVersion,
  type DocumentWrite,
  PreconditionFailedError,
} from "#ports/documents.ts";
import { readOwn } from "./read-account.ts";
import { type WatchdogDeps, watchdogMemoryOf } from "./watchdog-deps.ts";

/** `version` is the one that the look has read; null: there was no record. */
export async function storeRecord(
  deps: WatchdogDeps,
  record: WatchdogRecord,
  version: DocumentVersion | null,
): Promise<void> {
  const path = paths.telemetry(record.accountId, "watchdog");
  const data = encode(record);
  let known = version;
  let isPast = false;
  await commitDecision(deps, RACES.record, {
    subject: `The watchdog's record of ${record.accountId}`,
    attempt: async () => {
      if (isPast) return;
      const write =
        known === null
          ? ({ op: "create", path, data } as const)
          : ({ op: "set", path, data, version: known } as const);
      await deps.documents.commit([write]);
    },
    onLost: async () => {
      const own = await readOwn(deps, record.accountId);
      known = own.version;
      isPast = own.leavesRecord || (own.before !== null && seenUntilMs(own.before) > seenUntilMs(record));
    },
  });
}

/** The newest moment of which the record says something: its look may have begun before another one, and asked after it. */
export function seenUntilMs({ lookedAtMs, account }: WatchdogRecord): number {
  return Math.max(lookedAtMs, account?.asOfMs ?? lookedAtMs);
}

/**
 * A heartbeat of a flat account: when it looked, and that nothing is held. What was counted stays; what was found goes,
 * since at the next entry it would be the sign of the look before. Where another look has stored more since, that one is
 * heartbeat enough: it may hold something by now.
 */
export async function storeBeat(deps: WatchdogDeps, accountId: string, atMs: number): Promise<void> {
  const remembered = watchdogMemoryOf(deps, accountId).beatVersion;
  const kept = remembered === null ? null : await commitBeat(deps, { accountId, atMs, version: remembered });
  const version = kept ?? (await beatOnFresh(deps, accountId, atMs));
  deps.watchdogMemory.set(accountId, { ...watchdogMemoryOf(deps, accountId), beatVersion: version });
}

interface Beat {
  readonly accountId: string;
  readonly atMs: number;
  readonly version: DocumentVersion | null;
}

async function beatOnFresh(
  deps: WatchdogDeps,
  accountId: string,
  atMs: number,
): Promise<DocumentVersion | null> {
  const { before, version, leavesRecord } = await readOwn(deps, accountId);
  if (leavesRecord || (before !== null && seenUntilMs(before) > atMs)) return null;
  return await commitBeat(deps, { accountId, atMs, version });
}

/** The record's new version; null: another look has written it. */
async function commitBeat(
  deps: WatchdogDeps,
  { accountId, atMs, version }: Beat,
): Promise<DocumentVersion | null> {
  const path = paths.telemetry(accountId, "watchdog");
  const beat = { lookedAtMs: atMs, exposedSinceMs: null, verdict: "none", findings: [] } as const;
  const rest = {
    blindSinceMs: null,
    account: null,
    quotes: {},
    inbox: null,
    healthyLooks: 0,
    episodes: {},
  } as const;
  const write: DocumentWrite =
    version === null
      ? { op: "create", path, data: encode({ accountId, ...beat, ...rest }) }
      : { op: "update", path, changes: beat, version };
  try {
    const [stored] = await deps.documents.commit([write]);
    return stored ?? null;
  } catch (error) {
    const isOthers =
      error instanceof PreconditionFailedError ||
      error instanceof DocumentExistsError ||
      error instanceof DocumentNotFoundError;
    if (!isOthers) throw error;
    return null;
  }
}
