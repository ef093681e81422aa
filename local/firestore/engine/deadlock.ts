// Cycle search in the wait-for graph, run when a new wait begins: the only moment a cycle can close.
import type { LockWaiter } from "./lock-waiter.ts";
import type { WaitNode } from "./locks.ts";

/** Whether following `waitsFor` from the new waiter leads back to it or to its own transaction. */
export function findsCycle(waiter: LockWaiter, waitsFor: (node: WaitNode) => Iterable<WaitNode>): boolean {
  const start: WaitNode = waiter.owner ?? waiter;
  const seen = new Set<WaitNode>();
  const stack = [...waitsFor(start)];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node === start) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    stack.push(...waitsFor(node));
  }
  return false;
}
