// Deadlines on the system's timers. Must clear its timer, so that an answered request leaves none behind.
import { type Deadline, DeadlineExceededError } from "#ports/deadline.ts";

export const systemDeadline: Deadline = {
  async within(work, limitMs) {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new DeadlineExceededError(limitMs)), Math.max(0, limitMs));
    });
    try {
      return await Promise.race([work, limit]);
    } finally {
      clearTimeout(timer);
    }
  },
};
