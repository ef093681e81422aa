// The sweep: each scenario once untouched, to enumerate its port calls, then once more for every call and every fault
// that the call can have. Calls that only a recovery makes are struck in it as well, by a second strike. Calls are
// found by running, so a new one is struck without anybody listing it.
import type { Mutation } from "../mutations/mutation.ts";
import { faultsOf } from "./faults.ts";
import { type CaseResult, runCase } from "./run-case.ts";
import type { Scenario } from "./scenario.ts";
import { portCallsInSource } from "./sources.ts";
import type { Site, Strike } from "./strike-policy.ts";

export interface FoundViolation {
  /** `killAfter of call 2, executor documents commit ORDER_STORED`; none for the untouched run. */
  readonly strikes: readonly string[];
  readonly messages: readonly string[];
}

export interface ScenarioResult {
  readonly scenario: string;
  /** Names of its calls when nothing is struck, in order. */
  readonly calls: readonly string[];
  /** Names of calls that no untouched run makes, found while recovering from a strike in this one. */
  readonly recoveries: readonly string[];
  readonly cases: number;
  readonly violations: readonly FoundViolation[];
}

export interface SweepOptions {
  readonly scenarios: readonly Scenario[];
  /** Whether a case is run; all are when left out. Untouched runs always are. */
  readonly isChosen?: (scenario: Scenario) => boolean;
  /** Ends the sweep before the next case. */
  readonly isStopped?: () => boolean;
  /** Notes where in the source the calls stand. */
  readonly sources?: Set<string>;
  readonly mutation?: Mutation | null;
  readonly onScenario?: (result: ScenarioResult) => void;
}

export async function sweep(options: SweepOptions): Promise<readonly ScenarioResult[]> {
  const { scenarios, sources, mutation = null } = options;
  const untouched = new Map<Scenario, CaseResult>();
  for (const scenario of scenarios) {
    const located = sources === undefined ? {} : { sources };
    untouched.set(scenario, await runCase({ scenario, mutation, ...located }));
  }
  const known = new Set([...untouched.values()].flatMap(({ sites }) => sites.map(({ name }) => name)));
  const results: ScenarioResult[] = [];
  for (const [scenario, result] of untouched) {
    const swept = await sweepScenario(options, scenario, result, known);
    if (options.isStopped?.()) break;
    results.push(swept);
    options.onScenario?.(swept);
  }
  return results;
}

interface Target {
  /** Strikes that lead to the call. */
  readonly before: readonly Strike[];
  readonly number: number;
  readonly site: Site;
}

/** A scenario's sweep as far as it has come. */
interface Sweeping {
  readonly targets: Target[];
  readonly recoveries: string[];
  readonly violations: FoundViolation[];
  readonly known: Set<string>;
}

async function sweepScenario(
  options: SweepOptions,
  scenario: Scenario,
  untouched: CaseResult,
  known: Set<string>,
): Promise<ScenarioResult> {
  const { isChosen = () => true, isStopped = () => false, mutation = null } = options;
  const targets: Target[] = untouched.sites.map((site, number) => ({ before: [], number, site }));
  const sweeping: Sweeping = { targets, recoveries: [], violations: [], known };
  if (untouched.violations.length > 0)
    sweeping.violations.push({ strikes: [], messages: untouched.violations });
  let cases = 1;
  for (const target of targets) {
    for (const fault of faultsOf(target.site.call)) {
      if (isStopped() || !isChosen(scenario)) continue;
      cases += 1;
      await breathe();
      const strikes = [...target.before, { number: target.number, fault, site: target.site.name }];
      const struck = await runCase({ scenario, strikes, untouched: untouched.ending, mutation });
      learn(sweeping, target, strikes, struck);
    }
  }
  const calls = untouched.sites.map(({ name }) => name);
  const { recoveries, violations } = sweeping;
  return { scenario: scenario.name, calls, recoveries, cases, violations };
}

/** Violations of a struck run, and the calls that only recovering from the strike makes: they are struck next. */
function learn(
  { targets, recoveries, violations, known }: Sweeping,
  { number }: Target,
  strikes: readonly Strike[],
  struck: CaseResult,
): void {
  if (struck.violations.length > 0) {
    const said = strikes.map((strike) => `${strike.fault} of call ${strike.number}, ${strike.site}`);
    violations.push({ strikes: said, messages: struck.violations });
  }
  for (const [later, found] of struck.sites.entries()) {
    if (later <= number || known.has(found.name)) continue;
    known.add(found.name);
    recoveries.push(found.name);
    targets.push({ before: strikes, number: later, site: found });
  }
}

/** Lets the program hear signals: virtual time never waits for the event loop. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Port calls in the product's source that no scenario makes. */
export function unreached(sources: ReadonlySet<string>): readonly string[] {
  return portCallsInSource().filter((source) => !sources.has(source));
}
