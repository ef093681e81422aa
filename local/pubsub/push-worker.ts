// Delivers one subscription by calling out: takes messages while few enough are in flight, and acknowledges or
// gives back each by its outcome. It never acknowledges what was not answered with success or given up.
import type { DeliveryQueue } from "./delivery-queue.ts";
import type { Delivery } from "./message.ts";

export type Verdict = "acknowledge" | "retry";

interface PushWorkerOptions {
  readonly queue: DeliveryQueue;
  readonly maxInFlight: number;
  /** Longer than any call may take, so that a lease never ends under a running call. */
  readonly leaseMs: () => number;
  /** Whether calls may be made now. */
  readonly isOpen: () => boolean;
  /** Never rejects. */
  readonly push: (delivery: Delivery) => Promise<Verdict>;
}

export class PushWorker {
  readonly #options: PushWorkerOptions;
  readonly #leave: () => void;
  #inFlight = 0;
  #isStopped = false;

  constructor(options: PushWorkerOptions) {
    this.#options = options;
    this.#leave = options.queue.onReady(() => this.pump());
  }

  /** Takes as much as may be in flight; call it when the worker may have been opened. */
  pump(): void {
    const { queue, maxInFlight, leaseMs, isOpen } = this.#options;
    while (!this.#isStopped && this.#inFlight < maxInFlight && isOpen()) {
      const [delivery] = queue.take({
        maxMessages: 1,
        maxBytes: Number.POSITIVE_INFINITY,
        leaseMs: leaseMs(),
      });
      if (delivery === undefined) return;
      this.#inFlight += 1;
      void this.#deliver(delivery);
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#leave();
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const verdict = await this.#options.push(delivery);
    this.#inFlight -= 1;
    // A stopped server must not settle what its successor will find in the log.
    if (this.#isStopped) return;
    if (verdict === "acknowledge") this.#options.queue.acknowledge([delivery.ackId]);
    else this.#options.queue.modifyDeadline(delivery.ackId, 0);
    this.pump();
  }
}
