// The suites as steps, and their results. Suites that end without a result count as a failure.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { bin, ROOT, type Step } from "./step.ts";

const RESULTS = join(ROOT, ".local");
/** Lines of a failure that are shown once more at the end: the sentence and its first places, on one screen for ten. */
const SHOWN_LINES = 12;

export interface Suites {
  readonly step: Step;
  readonly resultFile: string;
}

interface SuiteResult {
  /** Absolute path of the file. */
  readonly name: string;
  readonly status: string;
  readonly startTime: number;
  readonly endTime: number;
  /** Why the file did not load, else empty. */
  readonly message: string;
  readonly assertionResults: readonly AssertionResult[];
}

interface AssertionResult {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages: readonly string[];
}

export interface SuiteCounts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly SuiteResult[];
}

export function suites(name: string, args: readonly string[], seedsPerShare: number | null): Suites {
  mkdirSync(RESULTS, { recursive: true });
  const resultFile = join(RESULTS, `vitest-${process.pid}-${name.replaceAll(" ", "-")}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${resultFile}`];
  const env = { BALLAST_SEEDS_PER_SHARE: seedsPerShare === null ? undefined : String(seedsPerShare) };
  return { step: { name, command: [bin("vitest"), "run", ...reporters, ...args], env }, resultFile };
}

/** Null when the suites ended without a result, as after a crash: that is not a pass. */
export function takeCounts({ resultFile }: Suites): SuiteCounts | null {
  try {
    return JSON.parse(readFileSync(resultFile, "utf8")) as SuiteCounts;
  } catch {
    return null;
  } finally {
    rmSync(resultFile, { force: true });
  }
}

/** One line for people and machines: a suite that could not even load counts as one failure, as does a failed check. */
export function countLine(all: readonly (SuiteCounts | null)[], failedChecks: number): string {
  let passed = 0;
  let failed = failedChecks;
  for (const counts of all) {
    passed += counts?.numPassedTests ?? 0;
    failed += counts === null ? 1 : counts.numFailedTests + counts.testResults.filter(isUnloadable).length;
  }
  return `${passed} passed, ${failed} failed`;
}

/** Every failure by file and name with the beginning of its message: a reader of the end of a long output finds it there. */
export function failures({ testResults }: SuiteCounts): readonly string[] {
  return testResults.flatMap((file) => {
    const path = pathOf(file.name);
    if (isUnloadable(file)) return [`FAILED ${path}\n${beginningOf(file.message)}`];
    return file.assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) => {
        return `FAILED ${path} > ${fullName}\n${beginningOf(failureMessages.join("\n"))}`;
      });
  });
}

function beginningOf(message: string): string {
  const lines = stripVTControlCharacters(message).split("\n").slice(0, SHOWN_LINES);
  return lines.map((line) => `    ${line}`).join("\n");
}

function isUnloadable({ status, assertionResults }: SuiteResult): boolean {
  return status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed");
}

/** Seconds by path from the root, longest first. */
export function secondsByFile({ testResults }: SuiteCounts): readonly (readonly [string, number])[] {
  return testResults
    .map(({ name, startTime, endTime }) => {
      return [pathOf(name), (endTime - startTime) / 1_000] as const;
    })
    .toSorted(([, a], [, b]) => b - a);
}

function pathOf(file: string): string {
  return relative(ROOT, file).split(sep).join("/");
}
