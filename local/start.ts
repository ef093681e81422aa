// `npm start`: the whole of Ballast on one machine, from one terminal. It checks, builds, starts, seeds, says
// `Ready`, and on Ctrl-C stops every process. Leftovers of an earlier run are cleared up first.
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { alertCommand } from "#local/stack/alert.ts";
import { BuildError, buildChanged } from "#local/stack/build.ts";
import { StackConsole } from "#local/stack/console.ts";
import { alertToFill } from "#local/stack/fill.ts";
import { PortsTakenError, requireFreePorts } from "#local/stack/free-ports.ts";
import { watchLauncher } from "#local/stack/launcher.ts";
import { OfficialEmulatorsMissingError, requireOfficialEmulators } from "#local/stack/official.ts";
import { readOptions, type StackOptions, UsageError } from "#local/stack/options.ts";
import { AlreadyRunningError, endLeftovers, RunFile } from "#local/stack/run-record.ts";
import { localSecrets } from "#local/stack/secrets.ts";
import { OPERATOR, origin } from "#local/stack/settings.ts";
import { EMPTY_MARKER, Stack, StoppedError } from "#local/stack/stack.ts";
import { type LocalPorts, resolvePorts } from "./ports.ts";

/** A terminal and npm both pass one Ctrl-C on: what comes this close together is one. */
const SAME_KEYPRESS_MS = 1_000;
const EXIT_KILLED = 130;
/** State that `--fresh` deletes; the logs stay, because they are wanted after trouble. */
const STATE = [
  "firestore",
  "exchange",
  "bybit",
  "firebase",
  "tasks.jsonl",
  "pubsub.jsonl",
  "emulated",
  "secrets.json",
  "secret-manager.json",
  "secrets.pending",
  "venue-keys.json",
  "wrapping-key",
  "setup.json",
  EMPTY_MARKER,
];
/** Faults whose message says everything; a stack trace would only bury it. */
const PLAIN_FAULTS = [
  UsageError,
  AlreadyRunningError,
  PortsTakenError,
  BuildError,
  OfficialEmulatorsMissingError,
];

const root = join(import.meta.dirname, "..");

function portsOrUsage(): LocalPorts {
  try {
    return resolvePorts(process.env);
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

async function prepare(
  options: StackOptions,
  ports: LocalPorts,
  console: StackConsole,
  runFile: RunFile,
): Promise<void> {
  const previous = runFile.previous();
  if (previous !== null) {
    const count = await endLeftovers(previous);
    if (count > 0) console.say("start", `ended ${count} processes that a killed run had left`);
  }
  if (options.official) requireOfficialEmulators();
  await requireFreePorts(ports);
  runFile.write();
  if (options.fresh) {
    for (const name of STATE) rmSync(join(options.dataDir, name), { recursive: true, force: true });
    console.say("start", `forgot what ${options.dataDir} held`);
  }
  await buildChanged(root, console.say);
}

function announce({ settings: { ports, dataDir }, faults }: Stack, startedAtMs: number): void {
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  const command = alertCommand(ports, localSecrets(dataDir).hookToken);
  process.stdout.write(`
Ready after ${seconds} s${faults.length === 0 ? "" : `, DEGRADED: ${faults.length} faults above; the dashboard's alerts name cause and remedy`}
  Dashboard  ${origin(ports, "hosting")}
  Sign in    ${OPERATOR.email}  password ${OPERATOR.password}
  Logs       ${join(dataDir, "logs")}
  Stop       Ctrl-C

Paste this into another terminal to send an alert; each one buys:
${command}

`);
}

function announceEmpty(startedAtMs: number): void {
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  process.stdout.write(`
Ready after ${seconds} s, empty: no label, no account, no hook, no user
  Make them  npm run setup -- --environment local
  Stop       Ctrl-C

`);
}

async function check({ settings, database }: Stack, console: StackConsole): Promise<void> {
  const fill = await alertToFill(settings.ports, localSecrets(settings.dataDir).hookToken, database);
  console.say(
    "check",
    `filled ${fill.qtyBase} at ${fill.priceUsd} USD, ${fill.tookMs} ms after the alert (order ${fill.clientOrderId})`,
  );
}

/** Resolves with the exit code when somebody asks the stack to stop; a second request later on kills it. */
function stopRequested(stack: Stack, console: StackConsole): Promise<number> {
  return new Promise((resolve) => {
    let askedAtMs: number | null = null;
    const ask = (why: string): void => {
      const nowMs = performance.now();
      if (askedAtMs === null) {
        askedAtMs = nowMs;
        console.say("stop", `${why}; stopping, once more to kill`);
        resolve(0);
      } else if (nowMs - askedAtMs > SAME_KEYPRESS_MS) {
        console.warn("stop", "killed");
        void stack.kill().finally(() => process.exit(EXIT_KILLED));
      }
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => ask(signal));
    watchLauncher(() => ask("the terminal's process is gone"));
  });
}

async function work(stack: Stack, options: StackOptions, console: StackConsole): Promise<number> {
  const startedAtMs = performance.now();
  await stack.start(options);
  if (options.empty) announceEmpty(startedAtMs);
  else announce(stack, startedAtMs);
  if (!options.check) return new Promise(() => {});
  await check(stack, console);
  return 0;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), root);
  const ports = portsOrUsage();
  const console = new StackConsole(options.dataDir);
  const runId = randomUUID();
  const runFile = new RunFile(options.dataDir, runId);
  await prepare(options, ports, console, runFile);
  const stack = new Stack({ root, dataDir: options.dataDir, ports, runId }, console, runFile);
  const stopping = stopRequested(stack, console);
  const failing = stack.failed.then((reason) => {
    console.warn("stop", reason);
    return 1;
  });
  try {
    return await Promise.race([work(stack, options, console), stopping, failing]);
  } catch (error) {
    if (!(error instanceof StoppedError))
      console.warn("start", error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await stack.stop();
    await console.close();
  }
}

try {
  process.exit(await main());
} catch (error) {
  const isPlain = PLAIN_FAULTS.some((kind) => error instanceof kind);
  process.stderr.write(`${isPlain ? (error as Error).message : String((error as Error).stack ?? error)}\n`);
  process.exit(1);
}
