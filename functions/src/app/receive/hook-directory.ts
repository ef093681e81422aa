// The hooks of this database, listed in memory. Whether an id is a hook's is judged from the list alone, so a stranger that
// guesses ids costs no read and learns nothing from the time that an answer takes. Only for a proved sender more is read.
// A revoked token or a disabled hook stops working within HOOK_CACHE_MS in every instance.

import { decode, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import type { Hook } from "#domain/documents/records.ts";
import type { Clock } from "#ports/clock.ts";
import type { Deadline } from "#ports/deadline.ts";
import type { DocumentPort, DocumentQuery, DocumentSnapshot } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import { hookSchema } from "#schemas/records.ts";

/** Longest time that a revoked token still works: short enough to act on a leak, long enough to spare the reads. */
export const HOOK_CACHE_MS = 10_000;
/**
 * Age of the list per hook in it. An instance reads at most 600 hooks a minute, also under a flood: 26 million in a
 * month without rest, about ten dollars. Up to a hundred hooks the list is as fresh as HOOK_CACHE_MS.
 */
const LIST_AGE_PER_HOOK_MS = 100;
/** A few hundred bytes each. A project of more accounts is divided before it has so many. */
const MAX_LISTED_HOOKS = 10_000;
/** The most that the document port gives at once. */
const HOOKS_PER_PAGE = 1_000;
/** Time for the list, of the 2,500 ms that a request has: leaves a second for config and storing. */
const READ_LIMIT_MS = 1_500;

export interface HookDirectoryDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly logger: Logger;
  readonly receiveMemory: { readonly hooks: HookMemory };
}

export interface HookLookup {
  /** Null for an id that is no hook's. */
  readonly hook: Hook | null;
  readonly listedAtMs: number;
}

type Listed = Hook | NewerDocumentError;

interface HookList {
  readonly askedAtMs: number;
  /** Known once it has come. */
  size: number;
  readonly entries: Promise<ReadonlyMap<string, Listed>>;
}

/** Hooks as this instance has them. */
export interface HookMemory {
  list: HookList | null;
  /** Faults by hook that were logged, so that a list that is read again does not repeat them. */
  readonly logged: Map<string, string>;
}

export function newHookMemory(): HookMemory {
  return { list: null, logged: new Map() };
}

export class HookDirectory {
  readonly #deps: HookDirectoryDeps;
  readonly #memory: HookMemory;

  constructor(deps: HookDirectoryDeps) {
    this.#deps = deps;
    this.#memory = deps.receiveMemory.hooks;
  }

  /**
   * A hook by the id in its address. Rejects with DocumentError or DeadlineExceededError without a list, and with
   * NewerDocumentError for a hook of a later release.
   */
  async find(hookId: string): Promise<HookLookup> {
    const list = this.#presentList();
    const listed = (await list.entries).get(hookId) ?? null;
    if (listed instanceof NewerDocumentError) throw listed;
    return { hook: listed, listedAtMs: list.askedAtMs };
  }

  #presentList(): HookList {
    const nowMs = this.#deps.clock.nowMs();
    const known = this.#memory.list;
    if (known !== null && nowMs - known.askedAtMs < maxAgeMs(known)) return known;
    const entries = this.#deps.deadline.within(this.#readList(), READ_LIMIT_MS);
    const list: HookList = { askedAtMs: nowMs, size: 0, entries };
    this.#memory.list = list;
    entries.then(
      ({ size }) => {
        list.size = size;
      },
      () => {
        // A list that failed or hangs is not kept: the next request asks again.
        if (this.#memory.list === list) this.#memory.list = null;
      },
    );
    return list;
  }

  async #readList(): Promise<ReadonlyMap<string, Listed>> {
    const entries = new Map<string, Listed>();
    for (let after = ""; entries.size < MAX_LISTED_HOOKS; ) {
      const page = await this.#deps.documents.query(pageAfter(after));
      for (const snapshot of page) {
        after = snapshot.path.slice(snapshot.path.lastIndexOf("/") + 1);
        const listed = this.#readHook(after, snapshot);
        if (listed !== null) entries.set(after, listed);
      }
      if (page.length < HOOKS_PER_PAGE) return entries;
    }
    this.#log("", "There are more hooks than an instance lists; those past the list are refused", "");
    return entries;
  }

  /** Null also for a hook document that its schema does not accept: it opens nothing. */
  #readHook(hookId: string, snapshot: DocumentSnapshot): Listed | null {
    try {
      const hook = decode(hookSchema, snapshot);
      if (hook === null || hook.hookId === hookId) return hook;
      this.#log(hookId, "A hook's document names another hook; it is not used", hook.hookId);
    } catch (error) {
      if (error instanceof NewerDocumentError) return error;
      if (!(error instanceof UnusableDocumentError)) throw error;
      this.#log(hookId, "A hook's document is unusable", error.message);
    }
    return null;
  }

  #log(hookId: string, message: string, cause: string): void {
    const fault = `${message}: ${cause}`;
    if (this.#memory.logged.get(hookId) === fault) return;
    this.#memory.logged.set(hookId, fault);
    this.#deps.logger.error(message, { hookId, cause });
  }
}

function pageAfter(hookId: string): DocumentQuery {
  return {
    collection: "hooks",
    where: [{ field: "hookId", op: ">", value: hookId }],
    orderBy: { field: "hookId", direction: "asc" },
    limit: HOOKS_PER_PAGE,
  };
}

function maxAgeMs({ size }: HookList): number {
  return Math.max(HOOK_CACHE_MS, size * LIST_AGE_PER_HOOK_MS);
}
