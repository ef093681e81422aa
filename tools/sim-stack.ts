// `npm run sim:stack [-- --seconds N --seed S]`: the real stack under seeded faults, then healed and judged. Exit code 1
// on a violation, whose data and logs are kept. Needs Linux, which tells which process runs which function.
import { parseArgs } from "node:util";
import { buildChanged } from "#local/stack/build.ts";
import { watchLauncher } from "#local/stack/launcher.ts";
import { runUnderFaults } from "#test/simulation/stack/run.ts";
import { SimStack } from "#test/simulation/stack/sim-stack.ts";

const DEFAULT_SECONDS = 180;
const MAX_SECONDS = 86_400;
const LARGEST_SEED = 1_000_000;
const EXIT_STOPPED = 130;

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new Error(`--${name} takes a whole number up to ${max}, not ${JSON.stringify(text)}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const { values } = parseArgs({ options: { seconds: { type: "string" }, seed: { type: "string" } } });
const seconds =
  values.seconds === undefined ? DEFAULT_SECONDS : wholeNumber("seconds", values.seconds, MAX_SECONDS);
const seed =
  values.seed === undefined
    ? Math.floor(Math.random() * LARGEST_SEED)
    : wholeNumber("seed", values.seed, LARGEST_SEED);

await buildChanged(`${import.meta.dirname}/..`, (part, text) => say(`${part}: ${text}`));
const stack = await SimStack.create();
let isStopping = false;
function stopped(why: string): void {
  if (isStopping) return;
  isStopping = true;
  say(`${why}: ending the stack; its logs are in ${stack.logDir}`);
  void stack.stop().finally(() => process.exit(EXIT_STOPPED));
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopped(signal));
watchLauncher(() => stopped("the terminal's process is gone"));

const startedMs = performance.now();
say(`seed ${seed}, ${seconds} s; again: npm run sim:stack -- --seconds ${seconds} --seed ${seed}`);
let result: Awaited<ReturnType<typeof runUnderFaults>> | null = null;
try {
  await stack.start();
  say(`stack ready after ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
  result = await runUnderFaults(stack, { seed, seconds, say });
} catch (error) {
  if (!isStopping) say(`FAILED ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
if (!isStopping) {
  isStopping = true;
  await stack.stop();
  const violations = result?.violations ?? ["the run could not be judged"];
  for (const violation of violations) say(`VIOLATION ${violation}`);
  if (violations.length === 0) stack.remove();
  else say(`Kept for a look: ${stack.settings.dataDir} (logs in ${stack.logDir})`);
  const { alerts, orders, faults, kills } = result ?? { alerts: 0, orders: 0, faults: 0, kills: 0 };
  const took = Math.round((performance.now() - startedMs) / 1_000);
  say(
    `${took} seconds, ${alerts} alerts, ${orders} orders, ${faults} faults, ${kills} kills, ${violations.length} violations`,
  );
  process.exit(violations.length === 0 ? 0 : 1);
}
