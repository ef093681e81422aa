// The receiver of notifications, in memory: the notifications it got, and how the next ones fail.
import type { Clock } from "#ports/clock.ts";
import { type Notification, type Notifier, NotifierError } from "#ports/notifier.ts";

export interface MemoryNotifier extends Notifier {
  readonly told: Notification[];
  /** Every telling fails until this is null again. */
  failure: "noAnswer" | "refusal" | null;
  /** Those that get no answer. */
  silentFor: (notification: Notification) => boolean;
  /** Whether a missing answer is waited for without end, in place of an error. */
  hangs: boolean;
  /** The time that each telling takes. */
  takesMs: number;
  /** Tellings under way at once, at most. */
  mostAtOnce: number;
}

export function createMemoryNotifier(clock: Clock | null = null): MemoryNotifier {
  let underWay = 0;
  const notifier: MemoryNotifier = {
    told: [],
    failure: null,
    silentFor: () => false,
    hangs: false,
    takesMs: 0,
    mostAtOnce: 0,
    async send(notification) {
      underWay += 1;
      notifier.mostAtOnce = Math.max(notifier.mostAtOnce, underWay);
      try {
        await take(notification);
      } finally {
        underWay -= 1;
      }
    },
  };
  return notifier;

  async function take(notification: Notification): Promise<void> {
    await clock?.sleep(notifier.takesMs);
    if (notifier.failure === "refusal") throw new NotifierError("The notifier answered 422", true);
    const isSilent = notifier.failure === "noAnswer" || notifier.silentFor(notification);
    if (isSilent && notifier.hangs) await new Promise<never>(() => undefined);
    if (isSilent) throw new NotifierError("The notifier did not answer", false);
    notifier.told.push(notification);
  }
}
