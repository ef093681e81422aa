// `npm run fuzz -- --inputs N [--from SEED]`: seeded requests against the webhook behind the platform's server, on ports in memory. Exit code 1 on
// a violation, with the request and the command that repeats it; a long run says where to go on if it is stopped.
import { parseArgs } from "node:util";
import type { CampaignResult, Violation } from "./fuzz/campaign.ts";
import { runParallel } from "./fuzz/parallel.ts";

const DEFAULT_INPUTS = 100_000;
const PROGRESS_EVERY_MS = 5_000;
const LARGEST_SEED = 2 ** 31;
/** Violations shown before the run gives up: the first usually explains the others. */
const MAX_VIOLATIONS = 5;

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value < LARGEST_SEED) return value;
  throw new Error(`--${name} takes a whole number below ${LARGEST_SEED}, not ${JSON.stringify(text)}`);
}

function shown({ seed, faults, request, replayFrom }: Violation): string {
  const { body: bytes, ...rest } = request;
  const body = Buffer.from(bytes).toString("latin1");
  return [
    `\nVIOLATION at seed ${seed}`,
    ...faults.map((fault) => `  ${fault}`),
    `  request ${JSON.stringify({ ...rest, body })}`,
    `  again: npm run fuzz -- --from ${replayFrom} --inputs ${seed - replayFrom + 1}`,
  ].join("\n");
}

function summary({ inputs, violations, statuses, proved }: CampaignResult, tookMs: number): string {
  const byStatus = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  const perSecond = Math.round(inputs / (tookMs / 1_000));
  return [
    `answers ${byStatus.join(", ")}; ${proved} with a right proof`,
    `${inputs} inputs, ${violations.length} violations, ${perSecond} inputs per second`,
  ].join("\n");
}

const { values } = parseArgs({ options: { inputs: { type: "string" }, from: { type: "string" } } });
const inputs = values.inputs === undefined ? DEFAULT_INPUTS : wholeNumber("inputs", values.inputs);
const from = values.from === undefined ? 0 : wholeNumber("from", values.from);
let stopped = false;
// A terminal signals the whole group and the launcher passes its own on: the second one must not end this process.
process.on("SIGINT", () => {
  stopped = true;
});
process.on("SIGTERM", () => {
  stopped = true;
});
const startedMs = performance.now();
let shownMs = startedMs;
const result = await runParallel({
  from,
  inputs,
  maxViolations: MAX_VIOLATIONS,
  onChunk(done, violations) {
    if (performance.now() - shownMs > PROGRESS_EVERY_MS) {
      shownMs = performance.now();
      const perSecond = Math.round(done / ((shownMs - startedMs) / 1_000));
      process.stderr.write(
        `${done} of ${inputs} inputs, ${violations} violations, ${perSecond} per second\n`,
      );
    }
    return !stopped;
  },
});
for (const violation of result.violations) process.stdout.write(`${shown(violation)}\n`);
if (stopped)
  process.stdout.write(
    `\nStopped. Go on with --from ${result.nextSeed} --inputs ${from + inputs - result.nextSeed}\n`,
  );
process.stdout.write(`\n${summary(result, performance.now() - startedMs)}\n`);
process.exitCode = result.violations.length > 0 ? 1 : 0;
