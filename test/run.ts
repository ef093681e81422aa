// The one test command. `npm test`: types, lint, builds, then every suite. `npm test -- path`: a part of the
// suites. `npm test -- --changed [BASE]`: the suites that a change can break, in short. `npm test -- --official`: rules
// and contract over Google's own emulator. A failed step fails the command; the last line counts tests only.
import { changedRun } from "./run/changed.ts";
import { officialSuites } from "./run/official.ts";
import { placeFaults } from "./run/places.ts";
import { bin, runStep, type Step, type StepResult, stepTable } from "./run/step.ts";
import {
  countLine,
  failures,
  type SuiteCounts,
  type Suites,
  secondsByFile,
  suites,
  takeCounts,
} from "./run/suites.ts";

const READS: readonly Step[] = [
  { name: "types", command: [bin("tsc"), "--noEmit", "-p", "tsconfig.json"] },
  { name: "types of the dashboard", command: [bin("tsc"), "--noEmit", "-p", "hosting/tsconfig.json"] },
  { name: "lint", command: [bin("biome"), "check", "."] },
  { name: "dead wood", command: [bin("knip")] },
];
/** The end-to-end suites run on these builds. */
const BUILD: Step = { name: "build", command: [process.execPath, "local/build.ts"] };

interface Run {
  readonly checks: readonly Step[];
  readonly suites: readonly Suites[];
  /** Remarks on the results, printed before the count. */
  readonly remarks: (all: readonly (SuiteCounts | null)[]) => readonly string[];
}

function runFor([first, base, ...rest]: readonly string[]): Run {
  if (first === undefined) {
    return {
      checks: [...READS, BUILD],
      suites: [suites("tests", [], null)],
      remarks: ([counts]) => (counts ? placeFaults(secondsByFile(counts)) : []),
    };
  }
  if (first === "--changed" && rest.length === 0) {
    const changed = changedRun(base);
    return { checks: READS, suites: changed.suites, remarks: () => [changed.left] };
  }
  if (first === "--official" && base === undefined)
    return { checks: [], suites: [officialSuites()], remarks: () => [] };
  const args = [first, ...(base === undefined ? [] : [base]), ...rest];
  return { checks: [], suites: [suites("tests", args, null)], remarks: () => [] };
}

const run = runFor(process.argv.slice(2));
const results: StepResult[] = [];
for (const step of run.checks) results.push(await runStep(step));
const failedChecks = results.filter(({ ok }) => !ok).length;
const counts: (SuiteCounts | null)[] = [];
for (const each of run.suites) {
  results.push(await runStep(each.step));
  counts.push(takeCounts(each));
}
const failed = counts.flatMap((each) => (each === null ? [] : failures(each)));
const said = [stepTable(results), ...run.remarks(counts), ...failed, countLine(counts, failedChecks)];
process.stdout.write(`\n${said.join("\n\n")}\n`);
process.exitCode = counts.every((each) => each !== null) && results.every(({ ok }) => ok) ? 0 : 1;
