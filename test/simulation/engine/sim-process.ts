// One function instance of a run. Killed, it is over for everything that waits in it. Paused, it goes on
// later as if no time had passed. Its memory is whatever its closures hold.

export type FunctionKind =
  | "webhook"
  | "commands"
  | "commandExecutor"
  | "executor"
  | "followUp"
  | "outbox"
  | "telemetry"
  | "watchdog"
  | "nav"
  | "reconcile"
  | "universe"
  | "accountBatch"
  | "watchdogBatch";

export class SimProcess {
  readonly id: string;
  readonly kind: FunctionKind;
  /** Its clock less the true one. */
  readonly skewMs: number;
  isAlive = true;
  /** Nothing in it goes on before this. */
  pausedUntilMs = 0;
  /** Invocations under way; each learns when the process is gone. */
  readonly #onKilled = new Set<() => void>();

  constructor(id: string, kind: FunctionKind, skewMs: number) {
    this.id = id;
    this.kind = kind;
    this.skewMs = skewMs;
  }

  kill(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    const told = [...this.#onKilled];
    this.#onKilled.clear();
    for (const tell of told) tell();
  }

  /** Calls `tell` once when the process is killed; returns how to take that back. */
  whenKilled(tell: () => void): () => void {
    this.#onKilled.add(tell);
    return () => this.#onKilled.delete(tell);
  }
}
