// The sweep on the command line: progress by scenario, every violation with what repeats it, and the count at the end.
import { CATALOGUE } from "./catalogue.ts";
import { type FoundViolation, type ScenarioResult, sweep, unreached } from "./sweep.ts";

/** Violations written out for a scenario; more of one kind teach nothing new. */
const SHOWN = 5;
/** Calls listed by name with `lists`. */
const INDENT = "    ";

export interface SweepCommand {
  /** Only scenarios whose names contain this. */
  readonly only?: string;
  /** Names every port call of every scenario. */
  readonly lists?: boolean;
  /** Whether to end after the case under way; what was swept until then is told. */
  readonly isStopped?: () => boolean;
}

/** Runs the whole sweep. True when every case held and every port call of the product was struck. */
export async function runSweep(
  { only = "", lists = false, isStopped = () => false }: SweepCommand,
  write: (line: string) => void,
): Promise<boolean> {
  const scenarios = CATALOGUE.filter(({ name }) => name.includes(only));
  const sources = new Set<string>();
  const results = await sweep({
    scenarios,
    sources,
    isStopped,
    onScenario: (result) => {
      for (const line of linesOf(result, lists)) write(line);
    },
  });
  const missed = only === "" ? unreached(sources) : [];
  for (const source of missed)
    write(`No scenario makes the port call at ${source}: add one to the catalogue`);
  const calls = results.reduce((sum, result) => sum + result.calls.length + result.recoveries.length, 0);
  const cases = results.reduce((sum, result) => sum + result.cases, 0);
  const violations = results.reduce((sum, result) => sum + result.violations.length, 0);
  write(
    `sweep: ${results.length} of ${scenarios.length} scenarios, ${calls} call sites, ${missed.length} lines of the source left out, ` +
      `${cases} cases, ${violations} violations`,
  );
  return violations === 0 && missed.length === 0 && results.length === scenarios.length;
}

function linesOf(result: ScenarioResult, lists: boolean): readonly string[] {
  const { scenario, calls, recoveries, cases, violations } = result;
  const more = recoveries.length === 0 ? "" : ` and ${recoveries.length} first met while recovering`;
  return [
    `${scenario}: ${calls.length} call sites${more}, ${cases} cases, ${violations.length} violations`,
    ...(lists ? calls.map((name, number) => `${INDENT}${number} ${name}`) : []),
    ...(lists ? recoveries.map((name) => `${INDENT}while recovering: ${name}`) : []),
    ...violations.slice(0, SHOWN).flatMap(inWords),
    ...(violations.length > SHOWN ? [`${INDENT}and ${violations.length - SHOWN} more`] : []),
  ];
}

/** The strikes of a violation, and its messages. */
export function inWords({ strikes, messages }: FoundViolation): readonly string[] {
  const struck = strikes.length === 0 ? "without a strike" : strikes.join(", then ");
  return [`${INDENT}${struck}:`, ...messages.map((message) => `${INDENT}${INDENT}${message}`)];
}
