// The books of a holder whose own copy an error took with it. Must not hand out those of another holder: a commit takes or
// renews the lease that it finds, so one on another's books would take the lease out of that holder's hands.
import type { Books, ExecutionDeps } from "./books.ts";

/**
 * As this holder's last commit left them; `given` where the memory shows another's books or none. Those may have moved since:
 * a commit on them fails under their version then, as contention.
 */
export function lastCommitted(
  { cache, holderId }: Pick<ExecutionDeps, "cache" | "holderId">,
  given: Books,
): Books {
  const cached = cache.get(given.accountId);
  return cached?.control.lease.holderId === holderId ? cached : given;
}
