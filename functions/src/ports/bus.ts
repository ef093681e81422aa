// Publishing to the message bus. Delivery is at least once and in any order; consumers must bear both.
export type Topic = "intents" | "commands";

export interface Bus {
  /** Resolves when the bus has stored the message. Rejects with BusError when it has not confirmed. */
  publish(
    topic: Topic,
    payload: Readonly<Record<string, unknown>>,
    attributes: Readonly<Record<string, string>>,
  ): Promise<void>;
}

export class BusError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BusError";
  }
}
