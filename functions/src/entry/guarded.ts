// What every function but the two public ones does first: it takes this process's duties, and refuses to act while the
// database's label is not its environment. A rejection reaches the platform, which calls again.
import { wiring } from "../wiring.ts";

export type Wired = ReturnType<typeof wiring>;

/** Runs `work` with the duties, once the guard has passed. */
export async function guarded(work: (wired: Wired) => Promise<void>): Promise<void> {
  const wired = wiring();
  await wired.guard();
  await work(wired);
}
