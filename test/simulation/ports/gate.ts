// The one place that every port call of every simulated process passes: documents, bus, tasks, venue, clock. A policy
// decides each call's fate; the gate carries it out on virtual time. Knows nothing of what the calls mean.
import type { EventLog } from "../engine/event-log.ts";
import type { EventQueue } from "../engine/event-queue.ts";
import type { SimProcess } from "../engine/sim-process.ts";

type Port = "documents" | "bus" | "tasks" | "venue" | "notifier" | "clock";

export interface PortCall {
  readonly port: Port;
  /** `commit`, `getAll`, `publish`, `POST /fapi/v1/order` … */
  readonly operation: string;
  /** What it is about, for people and for listing call sites: `ORDER_STORED`, a path, a queue. */
  readonly subject: string;
  readonly process: SimProcess;
  /** Whether a second arrival of the same request is something that this port's wire can do. */
  readonly canArriveTwice: boolean;
  /** Whether the port has an error that says "nothing happened": `conflict` of a commit, a refused connection. */
  readonly canBeRefused: boolean;
}

export type Fate =
  | "done"
  /** The process dies before the request leaves, or after it took effect. */
  | "killBefore"
  | "killAfter"
  /** No effect, and the caller is told so. */
  | "refused"
  /** No effect, or an effect; the caller is told neither. */
  | "lostRequest"
  | "lostReply"
  /** The request takes effect twice; the caller gets the second answer. */
  | "twice";

export interface Verdict {
  readonly fate: Fate;
  readonly requestMs: number;
  readonly replyMs: number;
  /** The calling process stands still for this long, before the request leaves or after its answer has come. */
  readonly pauseBeforeMs?: number;
  readonly pauseAfterMs?: number;
}

export interface CallPolicy<V extends Verdict = Verdict> {
  decide(call: PortCall): V;
}

interface CallErrors {
  /** Nothing happened. */
  readonly refused: () => Error;
  /** It may have happened. */
  readonly unknown: () => Error;
}

export interface PortEffect<T> {
  /** What the call does outside the process; may be run twice. */
  readonly run: () => Promise<T>;
  readonly errors: CallErrors;
  /** The caller gives up after this, with `errors.unknown`. */
  readonly timeoutMs?: number;
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

export class Gate {
  readonly #queue: EventQueue;
  readonly #log: EventLog;
  calls = 0;

  constructor(queue: EventQueue, log: EventLog) {
    this.#queue = queue;
    this.#log = log;
  }

  /** Carries a call out as its verdict says. Never settles once the process is dead. */
  perform<T>(call: PortCall, verdict: Verdict, effect: PortEffect<T>): Promise<T> {
    this.calls += 1;
    const { process } = call;
    const { fate } = verdict;
    const number = this.calls;
    const note = (text: string): void =>
      this.#log.add(
        this.#queue.nowMs,
        `${process.id} #${number} ${call.port} ${call.operation} ${call.subject}: ${text}`,
      );
    return new Promise<T>((resolve, reject) => {
      let isSettled = false;
      const settle = (outcome: Outcome<T>): void => {
        if (isSettled) return;
        isSettled = true;
        this.resume(process, () => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)));
      };
      const fail = (error: Error): void => settle({ ok: false, error });
      if (fate === "killBefore") {
        note("killed before it left");
        this.#queue.after(0, () => process.kill());
        return;
      }
      if (effect.timeoutMs !== undefined) {
        this.#queue.after(effect.timeoutMs, () => {
          if (isSettled) return;
          note("no answer in time");
          fail(effect.errors.unknown());
        });
      }
      if (verdict.pauseBeforeMs !== undefined) {
        process.pausedUntilMs = Math.max(process.pausedUntilMs, this.#queue.nowMs + verdict.pauseBeforeMs);
        note(`paused for ${verdict.pauseBeforeMs} ms before it left`);
      }
      const leaveMs = Math.max(this.#queue.nowMs, process.pausedUntilMs) + verdict.requestMs;
      this.#queue.at(leaveMs, () => {
        // A request that waited out a pause inside a process that died meanwhile never left it.
        if (verdict.pauseBeforeMs !== undefined && !process.isAlive) return;
        if (fate === "refused" || fate === "lostRequest") {
          const { said, error } = neverTaken(fate, effect);
          note(said);
          this.#queue.after(verdict.replyMs, () => fail(error));
          return;
        }
        void this.#take(call, verdict, effect, { note, settle });
      });
    });
  }

  /** Goes on in a process when it is not paused, and never when it is dead. */
  resume(process: SimProcess, run: () => void): void {
    if (!process.isAlive) return;
    if (process.pausedUntilMs <= this.#queue.nowMs) {
      run();
      return;
    }
    this.#queue.at(process.pausedUntilMs, () => this.resume(process, run));
  }

  async #take<T>(
    call: PortCall,
    verdict: Verdict,
    effect: PortEffect<T>,
    {
      note,
      settle,
    }: { readonly note: (text: string) => void; readonly settle: (outcome: Outcome<T>) => void },
  ): Promise<void> {
    const { process } = call;
    let outcome = await outcomeOf(effect.run);
    if (verdict.fate === "twice") outcome = await outcomeOf(effect.run);
    note(
      `${outcome.ok ? "done" : nameOf(outcome.error)}${verdict.fate === "done" ? "" : `, ${verdict.fate}`}`,
    );
    if (verdict.fate === "killAfter") {
      process.kill();
      return;
    }
    if (verdict.pauseAfterMs !== undefined) {
      process.pausedUntilMs = Math.max(process.pausedUntilMs, this.#queue.nowMs + verdict.pauseAfterMs);
      note(`paused for ${verdict.pauseAfterMs} ms`);
    }
    const answer: Outcome<T> =
      verdict.fate === "lostReply" ? { ok: false, error: effect.errors.unknown() } : outcome;
    this.#queue.after(verdict.replyMs, () => settle(answer));
  }
}

async function outcomeOf<T>(run: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    return { ok: false, error };
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

/** A request that the other side never saw: known to be refused, or lost without a word. */
function neverTaken<T>(
  fate: "refused" | "lostRequest",
  { errors }: PortEffect<T>,
): { readonly said: string; readonly error: Error } {
  return fate === "refused"
    ? { said: "refused", error: errors.refused() }
    : { said: "lost on its way", error: errors.unknown() };
}
