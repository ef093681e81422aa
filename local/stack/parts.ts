// The processes of the stack: how each is started, when it is ready, and which of its lines a person should see.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LOCAL_HOST } from "#local/ports.ts";
import type { PartSpec } from "./part.ts";
import { PROJECT_ID, partEnvironment, type StackSettings } from "./settings.ts";

type PartName = "firestore" | "exchange" | "bybit" | "tasks" | "scheduler" | "firebase";

/** Concurrent function processes of the emulator: one a core would serialise a webhook behind a schedule. */
const FUNCTIONS_PARALLEL = "4";
/** Lines of firebase-tools that mean a fault; everything else it says is progress. */
const FIREBASE_FAULTS =
  /^(⚠|✖|Error:|>\s+\{?"?severity"?:?"?(ERROR|CRITICAL))|"severity":"(ERROR|CRITICAL|ALERT)"/;
/**
 * Known and harmless offline: the message of the day, the update check and the settings of a real project are
 * missing.
 */
const FIREBASE_NOISE =
  /MOTD|Env variable override|Emulator UI is not starting|demo-|is not authenticated|unable to fetch|Unable to look up|not running.*emulator|Did you mean|currently authenticated|application default credentials|extensions|non-emulated services|singleProjectMode|deprecat/i;

/** Of our own servers: faults and warnings. Their progress is in the log files. */
const SERVER_FAULTS = /\b(error|warn|warning|fail(ed|s)?|cannot|could not|dropped|torn|refused)\b/i;

function serverLine(line: string): string | null {
  return SERVER_FAULTS.test(line) ? line.replace(/^\[\w+\] |^\w+: /, "") : null;
}

function firebaseLine(line: string): string | null {
  return FIREBASE_FAULTS.test(line) && !FIREBASE_NOISE.test(line) ? line : null;
}

function server(
  settings: StackSettings,
  name: Exclude<PartName, "firebase">,
  args: readonly string[],
  program: string = name,
): PartSpec {
  const { root } = settings;
  return {
    name,
    command: [process.execPath, join(root, "local", program, "main.ts"), ...args],
    cwd: root,
    env: partEnvironment(settings),
    readyLine: new RegExp(`^${program} ready on `),
    stopSignal: "SIGTERM",
    show: (line) =>
      line.startsWith(`${program} ready on `) ? line.slice(program.length + 1) : serverLine(line),
  };
}

export function firestorePart(settings: StackSettings): PartSpec {
  const { root, dataDir, ports } = settings;
  return server(settings, "firestore", [
    ...["--port", String(ports.firestore)],
    ...["--data", join(dataDir, "firestore")],
    ...["--rules", join(root, "firestore.rules")],
    ...["--indexes", join(root, "firestore.indexes.json")],
  ]);
}

export function exchangePart(settings: StackSettings): PartSpec {
  const { dataDir, ports } = settings;
  return server(settings, "exchange", [
    "--port",
    String(ports.exchange),
    "--data",
    join(dataDir, "exchange"),
  ]);
}

/** An exchange of its own, with its own prices and books: two venues never share them. */
export function bybitPart(settings: StackSettings): PartSpec {
  const { dataDir, ports } = settings;
  return server(
    settings,
    "bybit",
    ["--dialect", "bybit-linear", "--port", String(ports.bybit), "--data", join(dataDir, "bybit")],
    "exchange",
  );
}

/** Its port, the functions' address and the data directory reach it through the environment. */
export function tasksPart(settings: StackSettings): PartSpec {
  return server(settings, "tasks", []);
}

export function schedulerPart(settings: StackSettings): PartSpec {
  return server(settings, "scheduler", []);
}

/** Google's emulators keep nothing themselves: firebase-tools exports their state at the end and imports it again. */
function keptState(folder: string): readonly string[] {
  return [...(existsSync(folder) ? ["--import", folder] : []), "--export-on-exit", folder];
}

/** firebase-tools: functions, hosting, auth and, through our program or Google's, Pub/Sub. */
export function firebasePart(settings: StackSettings, projectDir: string, isOfficial: boolean): PartSpec {
  const { root, ports } = settings;
  const only = ["functions", "hosting", "auth", "pubsub", ...(isOfficial ? ["firestore"] : [])].join(",");
  const cli = join(root, "node_modules", "firebase-tools", "lib", "bin", "firebase.js");
  return {
    name: "firebase",
    command: [
      process.execPath,
      cli,
      ...["emulators:start", "--only", only, "--project", PROJECT_ID, "--non-interactive"],
      ...(isOfficial ? keptState(join(settings.dataDir, "emulated")) : []),
    ],
    cwd: projectDir,
    env: {
      ...partEnvironment(settings),
      FUNCTIONS_EMULATOR_PARALLEL: FUNCTIONS_PARALLEL,
      ...(isOfficial ? {} : { PUBSUB_EMULATOR_BINARY_PATH: join(root, "local", "pubsub", "emulator.sh") }),
    },
    readyLine: /All emulators ready!/,
    // One SIGINT stops all of it in order; a second within a moment would leave children behind.
    stopSignal: "SIGINT",
    show: (line) =>
      /All emulators ready!/.test(line)
        ? `ready: functions ${LOCAL_HOST}:${ports.functions}, hosting :${ports.hosting}, auth :${ports.auth}, pubsub :${ports.pubsub}`
        : firebaseLine(line),
  };
}
