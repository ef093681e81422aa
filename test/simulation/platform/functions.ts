// Function instances and their invocations: which instance gets a call, and how the call ends when the
// instance dies or takes too long. For the platform every invocation ends exactly once, whatever its process
// does.
import type { EventLog } from "../engine/event-log.ts";
import type { EventQueue } from "../engine/event-queue.ts";
import type { Random } from "../engine/random.ts";
import { type FunctionKind, SimProcess } from "../engine/sim-process.ts";
import type { Gate } from "../ports/gate.ts";
import type { Wired } from "./wiring.ts";

/** As deployed: after this the platform calls an invocation failed, whatever it still does. */
const INVOCATION_LIMIT_MS = 55_000;
/** Instances of one function at a time, as far as a run goes. */
const MAX_INSTANCES = 4;
/** How often a call goes to an instance that is there already. */
const REUSE_CHANCE = 0.85;

export type Ending = "ok" | "failed" | "killed" | "overdue";

export interface FunctionsSetup {
  readonly queue: EventQueue;
  readonly log: EventLog;
  readonly gate: Gate;
  readonly random: Random;
  readonly maxSkewMs: number;
  readonly wire: (process: SimProcess) => Wired;
  /** Told of every error that an invocation ended with. */
  readonly failed: (process: SimProcess, what: string, error: unknown) => void;
}

export class Functions {
  readonly #setup: FunctionsSetup;
  readonly #instances: Wired[] = [];
  #started = 0;
  /** Invocations whose process still works on them. */
  running = 0;
  /** Where calls go: as drawn, or, for those who leave nothing to chance, to the newest instance or to a new one. */
  placement: "drawn" | "newest" | "new" = "drawn";

  constructor(setup: FunctionsSetup) {
    this.#setup = setup;
  }

  get alive(): readonly SimProcess[] {
    return this.#instances.map((wired) => wired.process).filter((process) => process.isAlive);
  }

  /** Runs `work` on an instance of the function; `ended` is called once. */
  invoke(
    kind: FunctionKind,
    what: string,
    work: (wired: Wired) => Promise<void>,
    ended: (how: Ending) => void,
  ): void {
    const { queue, log, gate } = this.#setup;
    const wired = this.#instance(kind);
    const { process } = wired;
    let isEnded = false;
    const end = (how: Ending): void => {
      if (isEnded) return;
      isEnded = true;
      log.add(queue.nowMs, `${process.id} ${what}: ${how}`);
      ended(how);
    };
    this.running += 1;
    const untell = process.whenKilled(() => {
      this.running -= 1;
      end("killed");
    });
    const finish = (how: Ending): void => {
      this.running -= 1;
      untell();
      end(how);
    };
    queue.after(INVOCATION_LIMIT_MS, () => end("overdue"));
    gate.resume(process, () => {
      log.add(queue.nowMs, `${process.id} ${what}: begins`);
      work(wired).then(
        () => finish("ok"),
        (error: unknown) => {
          this.#setup.failed(process, what, error);
          finish("failed");
        },
      );
    });
  }

  #instance(kind: FunctionKind): Wired {
    const { random } = this.#setup;
    const living = this.#instances.filter(({ process }) => process.isAlive && process.kind === kind);
    const newest = living.at(-1);
    if (this.placement === "newest" && newest !== undefined) return newest;
    const reused = random.chance(REUSE_CHANCE) || living.length >= MAX_INSTANCES;
    if (this.placement === "drawn" && living.length > 0 && reused) return random.pick(living);
    this.#started += 1;
    const skewMs = random.int(-this.#setup.maxSkewMs, this.#setup.maxSkewMs);
    const wired = this.#setup.wire(new SimProcess(`${kind}-${this.#started}`, kind, skewMs));
    this.#instances.push(wired);
    return wired;
  }
}
