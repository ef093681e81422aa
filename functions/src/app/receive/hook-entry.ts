// The ground on which a proved hook's signals are judged: the hook as it is now, and its account's config. Read for a sender that has
// proved itself, and kept for seconds, so that a warm request reads nothing before it stores.

import { readableConfig } from "#app/accounts";
import { decode, UnusableDocumentError } from "#app/documents";
import type { AccountConfig } from "#domain/documents/config.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Hook } from "#domain/documents/records.ts";
import type { Clock } from "#ports/clock.ts";
import type { DocumentPort, DocumentSnapshot } from "#ports/documents.ts";
import { hookSchema } from "#schemas/records.ts";
import { HOOK_CACHE_MS } from "./hook-directory.ts";

/** Hooks held at once: a few kilobytes each, with their configs. */
const MAX_CACHED_HOOKS = 1_000;

export interface HookEntry {
  readonly hook: Hook;
  /** Null when the account has no usable config: its signals are refused, with `configFault`. */
  readonly config: AccountConfig | null;
  readonly configFault: string | null;
}

interface Cached {
  readonly readAtMs: number;
  readonly entry: HookEntry;
}

export type EntryMemory = Map<string, Cached>;

export interface HookEntryDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly receiveMemory: { readonly entries: EntryMemory };
}

/**
 * The entry of a hook that was listed at `listedAtMs`; null when it is gone or unusable by now. Rejects with DocumentError,
 * and with NewerDocumentError for a hook or config of a later release.
 */
export async function hookEntry(
  deps: HookEntryDeps,
  listed: Hook,
  listedAtMs: number,
): Promise<HookEntry | null> {
  const { entries } = deps.receiveMemory;
  const { hookId, accountId } = listed;
  const nowMs = deps.clock.nowMs();
  const cached = entries.get(hookId);
  if (
    cached !== undefined &&
    nowMs - cached.readAtMs < HOOK_CACHE_MS &&
    isSameHook(cached.entry.hook, listed)
  )
    return cached.entry;
  const isFresh = nowMs - listedAtMs < HOOK_CACHE_MS;
  const wanted = [paths.config(accountId), ...(isFresh ? [] : [paths.hook(hookId)])];
  const [config, hook] = await deps.documents.getAll(wanted);
  const present = isFresh ? listed : presentHook(hook);
  if (present === null || present.accountId !== accountId || present.hookId !== hookId) return null;
  const entry = await entryOf(deps.documents, present, config);
  entries.delete(hookId); // so that the newest is last, and the oldest is what goes
  entries.set(hookId, { readAtMs: isFresh ? listedAtMs : nowMs, entry });
  const oldest = entries.keys().next().value;
  if (entries.size > MAX_CACHED_HOOKS && oldest !== undefined) entries.delete(oldest);
  return entry;
}

export function isSameHook(a: Hook, b: Hook): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function presentHook(snapshot: DocumentSnapshot | undefined): Hook | null {
  if (snapshot === undefined) return null;
  try {
    return decode(hookSchema, snapshot);
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    return null;
  }
}

async function entryOf(
  documents: DocumentPort,
  hook: Hook,
  snapshot: DocumentSnapshot | undefined,
): Promise<HookEntry> {
  if (snapshot === undefined || snapshot.data === null)
    return { hook, config: null, configFault: `Account ${hook.accountId} has no config` };
  try {
    const config = await readableConfig(documents, hook.accountId, snapshot);
    return { hook, config, configFault: null };
  } catch (error) {
    if (!(error instanceof UnusableDocumentError)) throw error;
    return { hook, config: null, configFault: error.message };
  }
}
