// The receiver of notifications, in memory: the notifications it got, and how the next ones fail.
import { type Notification, type Notifier, NotifierError } from "#ports/notifier.ts";

export interface MemoryNotifier extends Notifier {
  readonly told: Notification[];
  /** Every telling fails until this is null again. */
  failure: "noAnswer" | "refusal" | null;
}

export function createMemoryNotifier(): MemoryNotifier {
  const notifier: MemoryNotifier = {
    told: [],
    failure: null,
    async send(notification) {
      if (notifier.failure === "refusal") throw new NotifierError("The notifier answered 422", true);
      if (notifier.failure === "noAnswer") throw new NotifierError("The notifier did not answer", false);
      notifier.told.push(notification);
    },
  };
  return notifier;
}
