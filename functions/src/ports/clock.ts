// Time as an argument: the only way the application learns what time it is.
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  nowMs(): number;
  /** Waits inside an adapter's retry or a bounded poll; the simulation's clock makes it instant. */
  sleep(durationMs: number): Promise<void>;
}
