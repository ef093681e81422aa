// Deadlocks: cycle search in the wait-for graph, run when a new wait begins (the only moment a cycle can close), and
// who of a cycle gives way. The youngest does, and a retry keeps the age of its first try, so of any set of
// transactions the oldest is never aborted and all come to an end, however much in step their clients retry.
import type { LockWaiter, WaitNode } from "./lock-waiter.ts";
import type { Transaction } from "./transaction.ts";

/** The nodes of a cycle through the new waiter (or its transaction), beginning with it; null when there is none. */
export function findCycle(
  waiter: LockWaiter,
  waitsFor: (node: WaitNode) => Iterable<WaitNode>,
): readonly WaitNode[] | null {
  const start: WaitNode = waiter.owner ?? waiter;
  const reachedFrom = new Map<WaitNode, WaitNode>();
  const stack: WaitNode[] = [start];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const next of waitsFor(node)) {
      if (next === start) return pathBack(node, reachedFrom);
      if (reachedFrom.has(next)) continue;
      reachedFrom.set(next, node);
      stack.push(next);
    }
  }
  return null;
}

function pathBack(last: WaitNode, reachedFrom: ReadonlyMap<WaitNode, WaitNode>): readonly WaitNode[] {
  const path: WaitNode[] = [];
  for (let node: WaitNode | undefined = last; node !== undefined; node = reachedFrom.get(node))
    path.push(node);
  return path.reverse();
}

/** Who must give way. Undefined when no transaction is in the cycle: a lone write holds nothing that others wait for. */
export function youngestOf(cycle: readonly WaitNode[]): Transaction | undefined {
  const transactions = cycle.filter((node): node is Transaction => "seniority" in node);
  return transactions.toSorted((a, b) => b.seniority - a.seniority || b.sequence - a.sequence)[0];
}
