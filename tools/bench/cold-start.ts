// Our part of a cold start, as Google brings it about: FUNCTION_TARGET set, the module loaded by functions-framework,
// until it listens; and processor time and memory once the instance is quiet, with all that it loads ahead.
// References of the same run, in turn: an empty function, and a naive module that imports every package, unbundled.
// A ratio compares what is added to the empty function, because the framework itself is Google's.
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildChanged } from "#local/stack/build.ts";
import { type Start, startFramework } from "./framework.ts";
import type { Measurement } from "./run.ts";

const ROUNDS = 5;
const ROOT = join(import.meta.dirname, "..", "..");
const FUNCTIONS = join(ROOT, "functions");
const SCRATCH = join(ROOT, ".local", "bench");

/** One function of each group: those of a group load the same files. */
const GROUPS = [
  { name: "webhook", target: "webhook", goal: 0.12 },
  { name: "commands", target: "commands", goal: 0.12 },
  { name: "command executor, outbox, telemetry", target: "commandExecutor", goal: 0.12 },
  { name: "executor", target: "executor", goal: 0.22 },
  { name: "schedules and looks", target: "navEveryMinute", goal: 0.22 },
] as const;

/** The packages that the functions stand on, as a project that bundles nothing imports them. */
const NAIVE_PACKAGES = [
  "ccxt",
  "decimal.js",
  "firebase-admin/app",
  "firebase-admin/auth",
  "firebase-admin/firestore",
  "@google-cloud/pubsub",
  "@google-cloud/tasks",
  "firebase-functions",
  "zod",
];

interface Subject {
  readonly folder: string;
  readonly target: string;
  readonly env: Readonly<Record<string, string>>;
}

export async function run(): Promise<readonly Measurement[]> {
  await buildChanged(ROOT, () => {});
  const cache = { NODE_COMPILE_CACHE: join(SCRATCH, "compile-cache") };
  const empty = module("empty", []);
  const naive = module("naive", NAIVE_PACKAGES);
  const plain = GROUPS.map(({ target }): Subject => ({ folder: FUNCTIONS, target, env: {} }));
  const cached = plain.map((subject) => ({ ...subject, env: cache }));
  const median = await measure([empty, naive, ...plain, ...cached]);
  const [floor, most] = [median(empty), median(naive)];
  return [
    { name: "deployed files", value: deployedBytes() / 1e6, unit: "MB" },
    startLine("empty function", floor, ""),
    startLine("naive, everything imported, unbundled", most, ""),
    ...GROUPS.flatMap(({ name, goal }, index) => [
      ...lines(name, median(plain[index] as Subject), { floor, most, goal }),
      startLine(
        `${name}, compile cache`,
        median(cached[index] as Subject),
        "the cache of the same machine and Node",
      ),
    ]),
  ];
}

/** An ES module in a folder of its own, below the packages. */
function module(target: string, packages: readonly string[]): Subject {
  const folder = join(SCRATCH, target);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
  const imports = packages.map((name) => `import ${JSON.stringify(name)};`).join("\n");
  writeFileSync(
    join(folder, "index.js"),
    `${imports}\nexport function ${target}(_request, response) { response.end(); }\n`,
  );
  return { folder, target, env: {} };
}

function deployedBytes(): number {
  const folder = join(FUNCTIONS, "dist");
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

async function measure(subjects: readonly Subject[]): Promise<(subject: Subject) => Start> {
  const starts = new Map<Subject, Start[]>(subjects.map((subject) => [subject, []]));
  // The first round fills the disk's cache and the compile cache, and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [subject, found] of starts) {
      const start = await startFramework(subject);
      if (round > 0) found.push(start);
    }
  return (subject) => {
    const found = starts.get(subject) ?? [];
    const middle = (value: (start: Start) => number): number =>
      found.map(value).toSorted((a, b) => a - b)[Math.floor(found.length / 2)] ?? Number.NaN;
    return {
      listensMs: middle(({ listensMs }) => listensMs),
      cpuMs: middle(({ cpuMs }) => cpuMs),
      rssMb: middle(({ rssMb }) => rssMb),
    };
  };
}

function startLine(name: string, { listensMs, cpuMs, rssMb }: Start, note: string): Measurement {
  const more = `${cpuMs.toFixed(0)} ms of processor, ${rssMb.toFixed(0)} MB`;
  return {
    name: `${name}: listens`,
    value: listensMs,
    unit: "ms",
    reference: note === "" ? more : `${more}; ${note}`,
  };
}

interface References {
  readonly floor: Start;
  readonly most: Start;
  readonly goal: number;
}

function lines(name: string, start: Start, { floor, most, goal }: References): readonly Measurement[] {
  const ratio = (field: keyof Start): number => (start[field] - floor[field]) / (most[field] - floor[field]);
  return [
    startLine(name, start, ""),
    {
      name: `${name}: time until it listens, of naive`,
      value: ratio("listensMs"),
      unit: "",
      reference: `goal ${goal}`,
    },
    { name: `${name}: processor time, of naive`, value: ratio("cpuMs"), unit: "", reference: `goal ${goal}` },
    {
      name: `${name}: memory, of naive`,
      value: ratio("rssMb"),
      unit: "",
      reference: `goal ${goal}; with Node and the framework ${(start.rssMb / most.rssMb).toFixed(2)}`,
    },
  ];
}
