// Deadlines without real time: one that gives up at once on work that never settles, and one that never gives up.
import { type Deadline, DeadlineExceededError } from "#ports/deadline.ts";

/** Turns of the event loop after which work counts as work that never settles; what settles by itself takes fewer. */
const PATIENCE_TURNS = 50;

/** Waits for work that settles by itself and gives up at once on work that never does. */
export const impatientDeadline: Deadline = {
  async within(work, limitMs) {
    let turns = 0;
    const idle = async (): Promise<never> => {
      while (turns < PATIENCE_TURNS) {
        turns += 1;
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      throw new DeadlineExceededError(limitMs);
    };
    return await Promise.race([work, idle()]);
  },
};

/** For benches and fuzzers: memory answers at once, and timers would be measured in place of work. */
export const noDeadline: Deadline = { within: (work) => work };
