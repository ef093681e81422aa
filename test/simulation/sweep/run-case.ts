// One case: a scenario with at most one strike, then healing as production would heal, then every check.

import { isInDoubt, LONGEST_DOUBT_MS } from "../doubt.ts";
import type { Mutation } from "../mutations/mutation.ts";
import { differences, type Ending, endingFaults, endingOf } from "./ending.ts";
import { DEFAULT_TRIAL_MS, type Scenario } from "./scenario.ts";
import { Stage } from "./stage.ts";
import type { Site, Strike } from "./strike-policy.ts";

const MINUTE_MS = 60_000;
/** Schedules run this long after the trial before everything must be in order. */
const HEAL_MS = 4 * MINUTE_MS;
/** A process that is still busy after this time will be for ever. */
const LONGEST_HEAL_MS = 10 * MINUTE_MS;
/** Books that moved less long ago are not compared with positions (POSITION_SETTLE_MS). */
const SETTLED_MS = 6_000;
const LAST_PASS_MS = 2_000;
const FIRST_NAV_MS = 1_000;

export interface CaseResult {
  readonly sites: readonly Site[];
  readonly ending: Ending;
  readonly violations: readonly string[];
  readonly story: readonly string[];
}

export interface CaseOptions {
  readonly scenario: Scenario;
  readonly strikes?: readonly Strike[];
  /** How the scenario ends without a strike. */
  readonly untouched?: Ending;
  readonly sources?: Set<string>;
  readonly mutation?: Mutation | null;
  /** Lines of the event log to hand back. */
  readonly storyLines?: number;
}

export async function runCase(options: CaseOptions): Promise<CaseResult> {
  const { scenario, strikes = [], untouched, sources = null, mutation = null, storyLines = 0 } = options;
  const { config = {}, startMinute = 0 } = scenario;
  const stage = new Stage({ config, startMinute, strikes, sources, mutation });
  const { world, policy } = stage;
  try {
    await world.begin();
    world.fire("nav");
    await stage.run(FIRST_NAV_MS);
    await scenario.before?.(stage);
    policy.isTrial = true;
    await scenario.trial(stage);
    await stage.runTrial(scenario.trialMs ?? DEFAULT_TRIAL_MS);
    policy.isTrial = false;
    await heal(stage, scenario);
    const ending = endingOf(stage);
    const violations = [
      ...violationOf(stage),
      ...endingFaults(stage),
      ...(untouched === undefined ? [] : differences(untouched, ending, scenario.mayDiffer ?? {})),
      ...strikes.flatMap(({ number, site }) => {
        const name = policy.sites[number]?.name;
        return name === site ? [] : [`the run is not repeatable: call ${number} is ${name}, not ${site}`];
      }),
    ];
    return { sites: policy.sites, ending, violations, story: world.log.tail(storyLines) };
  } finally {
    world.end();
  }
}

function violationOf({ world }: Stage): readonly string[] {
  const { violation } = world.witness;
  return violation === null ? [] : [`${violation.invariant}: ${violation.message}`];
}

async function heal(stage: Stage, scenario: Scenario): Promise<void> {
  const { world } = stage;
  const { queue, schedules, exchange, functions, broker, witness } = world;
  world.log.add(queue.nowMs, "healing begins");
  exchange.clearFaults();
  stage.policy.scripts.length = 0;
  await scenario.mend?.(stage);
  const startMs = queue.nowMs;
  schedules.arrange("nav", startMs + HEAL_MS + LONGEST_DOUBT_MS);
  schedules.arrange("reconcile", startMs + HEAL_MS + LONGEST_DOUBT_MS);
  await stage.run(HEAL_MS);
  const venueNow = () => ({ engine: exchange.engine, nowMs: queue.nowMs });
  const isOpen = (): boolean => witness.violation === null && isInDoubt(world.store.dump(), venueNow());
  while (isOpen() && queue.nowMs < startMs + LONGEST_DOUBT_MS) await stage.run(MINUTE_MS);
  schedules.stop();
  const settledMs = queue.nowMs;
  witness.schedulesEndedAtMs = settledMs;
  // Time stands still once a rule is broken: then nothing comes to its end any more.
  const isBusy = (): boolean => witness.violation === null && (functions.running > 0 || broker.open > 0);
  while (isBusy() && queue.nowMs < settledMs + LONGEST_HEAL_MS) await stage.run(SETTLED_MS);
  if (isBusy())
    witness.stillBusy(`${functions.running} invocations and ${broker.open} messages or tasks are open`);
  await stage.run(SETTLED_MS);
  world.fire("reconcile");
  await stage.run(LAST_PASS_MS);
  world.fire("nav");
  await stage.run(LAST_PASS_MS);
  // As the sweep of every five minutes: what a killed instance did not wake anybody for.
  world.fire("telemetry");
  await stage.run(LAST_PASS_MS);
  if (witness.violation === null) witness.tell("healed");
}
