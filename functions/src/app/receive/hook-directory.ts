// Hooks and their accounts' configs, kept for seconds, so that a warm request reads nothing before it stores. Keeps
// true that a revoked token or a disabled hook stops working within HOOK_CACHE_MS in every instance.

import { readableConfig } from "#app/accounts";
import { decode, UnusableDocumentError } from "#app/documents";
import type { AccountConfig } from "#domain/documents/config.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Hook } from "#domain/documents/records.ts";
import { type RequestBucket, takeRequest } from "#domain/signal/request-rate.ts";
import type { Clock } from "#ports/clock.ts";
import type { Deadline } from "#ports/deadline.ts";
import type { DocumentPort } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import { hookId as hookIdSchema } from "#schemas/primitives.ts";
import { hookSchema } from "#schemas/records.ts";

/** Longest time that a revoked token still works: short enough to act on a leak, long enough to spare the reads. */
export const HOOK_CACHE_MS = 10_000;
/** Hooks held at once, found or not: a few hundred bytes each. */
const MAX_CACHED_HOOKS = 1_000;
/**
 * Look-ups of hook ids that this instance has never found, per minute: what a stranger who guesses ids can make it
 * read. High, because a real hook's first request on a new instance shares it.
 */
const UNKNOWN_LOOKUPS_PER_MINUTE = 6_000;

/** Time for a hook and its config, of the 2,500 ms that a request has: leaves a second for storing. */
const READ_LIMIT_MS = 1_500;

export interface HookDirectoryDeps {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly logger: Logger;
  readonly receiveMemory: { readonly hooks: HookMemory };
}

export interface HookEntry {
  readonly hook: Hook;
  /** Null when the account has no usable config: its signals are refused, with `configFault`. */
  readonly config: AccountConfig | null;
  readonly configFault: string | null;
}

export type HookLookup =
  | { readonly kind: "found"; readonly entry: HookEntry }
  | { readonly kind: "unknown" }
  | { readonly kind: "shed"; readonly retryAfterMs: number };

interface Cached {
  readonly askedAtMs: number;
  readonly entry: Promise<HookEntry | null>;
}

/** Hooks as this instance has them. */
export interface HookMemory {
  readonly cache: Map<string, Cached>;
  readonly everFound: Set<string>;
  unknownLookups: RequestBucket | null;
}

export function newHookMemory(): HookMemory {
  return { cache: new Map(), everFound: new Set(), unknownLookups: null };
}

export class HookDirectory {
  readonly #documents: DocumentPort;
  readonly #clock: Clock;
  readonly #deadline: Deadline;
  readonly #logger: Logger;
  readonly #memory: HookMemory;

  constructor(deps: HookDirectoryDeps) {
    this.#documents = deps.documents;
    this.#clock = deps.clock;
    this.#deadline = deps.deadline;
    this.#logger = deps.logger;
    this.#memory = deps.receiveMemory.hooks;
  }

  /** A hook by the id in its address. Rejects with DocumentError or DeadlineExceededError without an answer. */
  async find(hookId: string): Promise<HookLookup> {
    if (!hookIdSchema.safeParse(hookId).success) return { kind: "unknown" };
    const nowMs = this.#clock.nowMs();
    const cached = this.#memory.cache.get(hookId);
    if (cached !== undefined && nowMs - cached.askedAtMs < HOOK_CACHE_MS) return lookupOf(await cached.entry);
    if (!this.#memory.everFound.has(hookId)) {
      const rate = takeRequest(this.#memory.unknownLookups, UNKNOWN_LOOKUPS_PER_MINUTE, nowMs);
      this.#memory.unknownLookups = rate.bucket;
      if (!rate.allowed) return { kind: "shed", retryAfterMs: rate.retryAfterMs };
    }
    return lookupOf(await this.#load(hookId, nowMs));
  }

  #load(hookId: string, nowMs: number): Promise<HookEntry | null> {
    const read = this.#deadline.within(this.#read(hookId), READ_LIMIT_MS);
    // A read that failed or hangs is not kept: it would fail every request until the cache forgets it.
    const entry = read.catch((error: unknown) => {
      if (this.#memory.cache.get(hookId)?.entry === entry) this.#memory.cache.delete(hookId);
      throw error;
    });
    this.#memory.cache.delete(hookId); // so that the newest is last, and the oldest is what goes
    this.#memory.cache.set(hookId, { askedAtMs: nowMs, entry });
    const oldest = this.#memory.cache.keys().next().value;
    if (this.#memory.cache.size > MAX_CACHED_HOOKS && oldest !== undefined) this.#memory.cache.delete(oldest);
    return entry;
  }

  async #read(hookId: string): Promise<HookEntry | null> {
    const hook = await this.#readHook(hookId);
    if (hook === null) return null;
    if (this.#memory.everFound.size < MAX_CACHED_HOOKS) this.#memory.everFound.add(hookId);
    const [snapshot] = await this.#documents.getAll([paths.config(hook.accountId)]);
    if (snapshot === undefined || snapshot.data === null)
      return { hook, config: null, configFault: `Account ${hook.accountId} has no config` };
    try {
      const config = await readableConfig(this.#documents, hook.accountId, snapshot);
      return { hook, config, configFault: null };
    } catch (error) {
      if (!(error instanceof UnusableDocumentError)) throw error;
      return { hook, config: null, configFault: error.message };
    }
  }

  /** Null also for a hook document that its schema does not accept: it opens nothing. */
  async #readHook(hookId: string): Promise<Hook | null> {
    const [snapshot] = await this.#documents.getAll([paths.hook(hookId)]);
    if (snapshot === undefined) return null;
    try {
      const hook = decode(hookSchema, snapshot);
      if (hook === null || hook.hookId === hookId) return hook;
      this.#logger.error("A hook's document names another hook; it is not used", {
        hookId,
        names: hook.hookId,
      });
    } catch (error) {
      if (!(error instanceof UnusableDocumentError)) throw error;
      this.#logger.error("A hook's document is unusable", { hookId, cause: error.message });
    }
    return null;
  }
}

function lookupOf(entry: HookEntry | null): HookLookup {
  return entry === null ? { kind: "unknown" } : { kind: "found", entry };
}
