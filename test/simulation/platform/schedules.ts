// Cloud Scheduler: a call of each schedule every minute of virtual time, which in a run with faults comes late, twice,
// or not at all.
import type { EventQueue } from "../engine/event-queue.ts";
import type { Random } from "../engine/random.ts";
import type { Ending } from "./functions.ts";

export const MINUTE_MS = 60_000;
/** One try more, as deployed (entry/options.ts). */
const RETRY_AFTER_MS = 5_000;
const USUAL_DELAY_MS = 400;
const LATE_MS = 50_000;

export type ScheduleName = "nav" | "reconcile" | "universe" | "telemetry" | "watchdog";

export interface ScheduleRates {
  readonly late: number;
  readonly twice: number;
  readonly missed: number;
}

export const ON_TIME: ScheduleRates = { late: 0, twice: 0, missed: 0 };

export interface SchedulesSetup {
  readonly queue: EventQueue;
  readonly random: Random;
  /** Told what comes late or not at all, and by how much. */
  readonly disturbed?: ((cause: string, sinceMs: number, lastsMs: number) => void) | undefined;
  readonly fire: (schedule: ScheduleName, ended: (how: Ending) => void) => void;
}

export class Schedules {
  readonly #setup: SchedulesSetup;
  rates: ScheduleRates = ON_TIME;
  /** Schedules that do not fire at all before this time. */
  readonly outageUntilMs = new Map<ScheduleName, number>();

  constructor(setup: SchedulesSetup) {
    this.#setup = setup;
  }

  /** Arranges the runs of a schedule at its full minutes from now to `untilMs`, that time excluded. */
  arrange(schedule: ScheduleName, untilMs: number, everyMs = MINUTE_MS): void {
    const { queue } = this.#setup;
    const firstMs = Math.ceil(queue.nowMs / everyMs) * everyMs;
    for (let atMs = firstMs; atMs < untilMs; atMs += everyMs) queue.at(atMs, () => this.#minute(schedule));
  }

  /** Nothing fires by itself any more. */
  stop(): void {
    for (const schedule of ["nav", "reconcile", "telemetry", "watchdog"] as const)
      this.outageUntilMs.set(schedule, Number.POSITIVE_INFINITY);
  }

  #minute(schedule: ScheduleName): void {
    const { queue, random, disturbed } = this.#setup;
    const { late, twice, missed } = this.rates;
    if (queue.nowMs < (this.outageUntilMs.get(schedule) ?? 0)) return;
    if (random.chance(missed)) {
      disturbed?.(`${schedule} missed`, queue.nowMs, MINUTE_MS);
      return;
    }
    const isLate = random.chance(late);
    const delayMs = isLate ? random.int(1_000, LATE_MS) : random.int(5, USUAL_DELAY_MS);
    if (isLate) disturbed?.(`${schedule} late`, queue.nowMs, delayMs);
    this.#fireAfter(schedule, delayMs);
    if (random.chance(twice)) this.#fireAfter(schedule, random.int(5, LATE_MS));
  }

  #fireAfter(schedule: ScheduleName, delayMs: number): void {
    const { queue, fire } = this.#setup;
    queue.after(delayMs, () =>
      fire(schedule, (how) => {
        if (how !== "ok") queue.after(RETRY_AFTER_MS, () => fire(schedule, () => undefined));
      }),
    );
  }
}
