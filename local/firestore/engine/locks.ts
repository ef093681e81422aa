// Pessimistic locks as Firestore's standard edition has them: a read-write transaction's reads take shared locks on
// documents and on query results, and whoever wants to change one waits. A commit is applied the moment it is
// granted, so exclusive locks are never held. A wait that would close a cycle ends the cycle's youngest at once.
import type { Clock, Timer } from "@ballast/local-serving/clock.ts";
import { findCycle, youngestOf } from "./deadlock.ts";
import type { LockRequest, LockWaiter, QueryPredicate, WaitNode } from "./lock-waiter.ts";
import { contention } from "./status.ts";
import type { Transaction } from "./transaction.ts";

/** Longest wait for a lock, ms. Below the 60 s deadline of the SDKs' calls, so that callers learn the reason. */
export const LOCK_WAIT_TIMEOUT_MS = 20_000;

interface Held {
  readonly names: Set<string>;
  readonly predicates: Set<QueryPredicate>;
}

export class LockTable {
  readonly #clock: Clock;
  /** Per document, who has read it, and whether with an update lock. */
  readonly #holders = new Map<string, Map<Transaction, "shared" | "update">>();
  readonly #held = new Map<Transaction, Held>();
  /** Transactions that hold at least one predicate: most commits have none to check. */
  readonly #predicateOwners = new Set<Transaction>();
  /** In order of arrival. */
  readonly #waiters = new Set<LockWaiter>();
  #settling = false;
  #unsettled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Grants now (runs `granted` before returning) or later, or refuses with ABORTED. */
  acquire(
    owner: Transaction | null,
    request: LockRequest,
    granted: () => void,
    refused: (error: Error) => void,
  ): void {
    const waiter: LockWaiter = {
      owner,
      request,
      granted,
      refused,
      cancelTimeout: () => timeout?.cancel(),
    };
    let timeout: Timer | undefined;
    const blockers = this.blockersOf(waiter);
    if (blockers.hard.size === 0 && blockers.queued.size === 0) {
      this.#grant(waiter);
      return;
    }
    this.#waiters.add(waiter);
    this.#breakCycles(waiter);
    if (!this.#waiters.has(waiter)) return;
    timeout = this.#clock.after(LOCK_WAIT_TIMEOUT_MS, () => {
      if (this.#waiters.delete(waiter)) refused(contention(`no lock within ${LOCK_WAIT_TIMEOUT_MS} ms`));
      this.#settle();
    });
  }

  /** Ends every deadlock that the new waiter closes; it may be granted or refused on the way. */
  #breakCycles(waiter: LockWaiter): void {
    for (;;) {
      const cycle = findCycle(waiter, (node) => this.#waitsFor(node));
      if (cycle === null) return;
      // Queueing behind a waiting writer is courtesy; it must not cost a transaction its life.
      if (this.blockersOf(waiter).hard.size === 0) {
        this.#waiters.delete(waiter);
        this.#grant(waiter);
        return;
      }
      const victim = youngestOf(cycle) ?? waiter;
      for (const each of [...this.#waiters]) {
        if (each !== victim && each.owner !== victim) continue;
        this.#waiters.delete(each);
        each.cancelTimeout();
        each.refused(contention("deadlock with another transaction"));
      }
      if (!this.#waiters.has(waiter)) return;
    }
  }

  /** Frees everything the transaction holds and refuses what it still waits for. */
  release(transaction: Transaction): void {
    const held = this.#held.get(transaction);
    for (const name of held?.names ?? []) {
      const holders = this.#holders.get(name);
      holders?.delete(transaction);
      if (holders?.size === 0) this.#holders.delete(name);
    }
    this.#held.delete(transaction);
    this.#predicateOwners.delete(transaction);
    for (const waiter of [...this.#waiters]) {
      if (waiter.owner !== transaction) continue;
      this.#waiters.delete(waiter);
      waiter.cancelTimeout();
      waiter.refused(contention("the transaction ended while it waited for a lock"));
    }
    this.#settle();
  }

  /** For tests and diagnosis: how many requests wait. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Who must end first. `queued` are writers that came earlier: skipped when waiting for them would deadlock. */
  blockersOf(waiter: LockWaiter): { hard: Set<WaitNode>; queued: Set<WaitNode> } {
    const hard = new Set<WaitNode>();
    const queued = new Set<WaitNode>();
    const { request, owner } = waiter;
    if (request.kind === "commit") this.#commitBlockers(waiter, hard);
    if (request.kind === "read" && owner?.isRetry === true) this.#updateBlockers(waiter, request.names, hard);
    if (request.kind !== "commit") this.#queuedWriters(waiter, queued);
    return { hard, queued };
  }

  #commitBlockers({ owner, request }: LockWaiter, blockers: Set<WaitNode>): void {
    if (request.kind !== "commit") return;
    for (const name of request.names) {
      for (const holder of this.#holders.get(name)?.keys() ?? []) {
        if (holder !== owner) blockers.add(holder);
      }
    }
    for (const holder of this.#predicateOwners) {
      if (holder === owner || blockers.has(holder)) continue;
      const predicates = this.#held.get(holder)?.predicates ?? [];
      if ([...predicates].some((predicate) => request.touches(predicate))) blockers.add(holder);
    }
  }

  #updateBlockers(waiter: LockWaiter, names: readonly string[], blockers: Set<WaitNode>): void {
    for (const name of names) {
      for (const [holder, mode] of this.#holders.get(name) ?? []) {
        if (mode === "update" && holder !== waiter.owner) blockers.add(holder);
      }
    }
    for (const { owner, request } of this.#before(waiter)) {
      if (request.kind !== "read" || owner?.isRetry !== true) continue;
      if (request.names.some((name) => names.includes(name))) blockers.add(owner);
    }
  }

  #queuedWriters(waiter: LockWaiter, blockers: Set<WaitNode>): void {
    for (const earlier of this.#before(waiter)) {
      if (earlier.request.kind !== "commit") continue;
      const { request } = waiter;
      const meets = earlier.request.names.some((name) => {
        if (request.kind === "query") return request.predicate.scopesName(name);
        return request.names.includes(name) && !this.#holds(waiter.owner, name);
      });
      if (meets) blockers.add(earlier.owner ?? earlier);
    }
  }

  /** Requests of others that came earlier and still wait. */
  *#before(waiter: LockWaiter): Generator<LockWaiter> {
    for (const earlier of this.#waiters) {
      if (earlier === waiter) return;
      if (earlier.owner !== waiter.owner) yield earlier;
    }
  }

  #holds(owner: Transaction | null, name: string): boolean {
    return owner !== null && this.#holders.get(name)?.has(owner) === true;
  }

  /** A transaction waits for what its waiters wait for; a lone waiter for its own blockers. */
  #waitsFor(node: WaitNode): Set<WaitNode> {
    const edges = new Set<WaitNode>();
    for (const waiter of this.#waiters) {
      if (waiter !== node && waiter.owner !== node) continue;
      const { hard, queued } = this.blockersOf(waiter);
      for (const blocker of hard) edges.add(blocker);
      for (const blocker of queued) edges.add(blocker);
    }
    return edges;
  }

  #grant(waiter: LockWaiter): void {
    waiter.cancelTimeout();
    const { owner, request } = waiter;
    if (owner !== null && request.kind === "read") this.#holdNames(owner, request.names);
    if (owner !== null && request.kind === "query") {
      this.#heldBy(owner).predicates.add(request.predicate);
      this.#predicateOwners.add(owner);
    }
    waiter.granted();
  }

  #holdNames(owner: Transaction, names: readonly string[]): void {
    const held = this.#heldBy(owner);
    const mode = owner.isRetry ? "update" : "shared";
    for (const name of names) {
      held.names.add(name);
      const holders = this.#holders.get(name);
      if (holders === undefined) this.#holders.set(name, new Map([[owner, mode]]));
      else holders.set(owner, mode);
    }
  }

  #heldBy(owner: Transaction): Held {
    let held = this.#held.get(owner);
    if (held === undefined) {
      held = { names: new Set(), predicates: new Set() };
      this.#held.set(owner, held);
    }
    return held;
  }

  /** Grants every waiter whose blockers are gone, oldest first. Grants release locks, so it repeats until quiet. */
  #settle(): void {
    this.#unsettled = true;
    if (this.#settling) return;
    this.#settling = true;
    try {
      while (this.#unsettled) {
        this.#unsettled = false;
        for (const waiter of [...this.#waiters]) {
          if (!this.#waiters.has(waiter)) continue;
          const { hard, queued } = this.blockersOf(waiter);
          if (hard.size > 0 || queued.size > 0) continue;
          this.#waiters.delete(waiter);
          this.#unsettled = true;
          this.#grant(waiter);
        }
      }
    } finally {
      this.#settling = false;
    }
  }
}
