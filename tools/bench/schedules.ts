// Every deployed schedule over a world, each in an instance of its own as deployed, so that its cost can be
// counted. `test/unit/tools/cost.test.ts` holds SCHEDULES against the export map, so that the list is
// complete.

import { createMemoryNotifier } from "#test/support/memory/notifier.ts";
import { ACCOUNT, type World } from "#test/support/world.ts";

/** Deployed schedules, by whether they cost something for each account or once for the project. */
export const SCHEDULES = {
  ofEachAccount: ["navEveryMinute", "reconcileEveryMinute", "watchdogEveryMinute"],
  ofTheProject: ["telemetryEveryFiveMinutes", "universeHourly"],
} as const;

/** In words, for the table. */
export const OF_EACH_ACCOUNT =
  "counted: NAV, reconcile, watchdog with its looks between, follow-ups, and the list of accounts";
export const OF_THE_PROJECT =
  "counted: universe once, silent publishers and the outbox's sweep every 5 min; whatever the accounts";

const MINUTE_MS = 60_000;
/** Finer than the distance of two looks; a task runs at most this late. */
const STEP_MS = 5_000;
const SWEEPS_AN_HOUR = 12;

export interface Schedules {
  readonly accountCounts: readonly Counts[];
  readonly projectCounts: readonly Counts[];
  /** So many minutes of the schedules of each account, with the tasks that they plan. */
  minutes(count: number): Promise<void>;
  /** One hour of the project's, in no time. */
  projectHour(): Promise<void>;
}

type Counts = { readonly reads: number; readonly writes: number };

/** `ports` in place of the world's own, for the schedules of the account. */
export function openSchedules(world: World, ports: Parameters<World["instance"]>[1] = {}): Schedules {
  const nav = world.instance("nav", ports);
  const reconcile = world.instance("reconcile", ports);
  const watchdog = world.instance("watchdog", ports);
  const followUp = world.instance("followUp", ports);
  const universe = world.instance("universe");
  const telemetry = world.instance("telemetry", { notifier: createMemoryNotifier() });
  const runTasks = async (): Promise<void> => {
    for (const { queue } of world.tasks.takeDue(world.clock.nowMs())) {
      if (queue === "watchdog") await watchdog.duties.watchAccount(ACCOUNT);
      if (queue === "followUp") await followUp.duties.followUpAccount(ACCOUNT);
    }
  };
  const minute = async (): Promise<void> => {
    for (let passedMs = 0; passedMs < MINUTE_MS; passedMs += STEP_MS) {
      await world.clock.advance(STEP_MS);
      await runTasks();
    }
    await nav.duties.writeEveryNav();
    await reconcile.duties.reconcileEveryAccount();
    await watchdog.duties.watchEveryAccount();
  };
  return {
    accountCounts: [nav.counts, reconcile.counts, watchdog.counts, followUp.counts],
    projectCounts: [universe.counts, telemetry.counts],
    async minutes(count) {
      for (let done = 0; done < count; done += 1) await minute();
    },
    async projectHour() {
      await universe.duties.refreshUniverse();
      for (let sweep = 0; sweep < SWEEPS_AN_HOUR; sweep += 1) await telemetry.duties.sweepTelemetry();
    },
  };
}
