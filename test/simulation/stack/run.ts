// One fault run of the real stack: start, work under faults, heal, judge. Keeps true that whatever happens the stack
// is ended, and that a run which could not be judged is not called a good one.
import { seededRandom } from "@ballast/local-serving/random.ts";
import { violationsIn } from "./checks/all.ts";
import { Disruption, Tally } from "./disruption.ts";
import type { Evidence } from "./evidence.ts";
import { lastPass, waitUntilQuiet } from "./healing.ts";
import { Eyes } from "./read-evidence.ts";
import { Sender } from "./sender.ts";
import type { SimStack } from "./sim-stack.ts";
import { driveWorkload } from "./workload.ts";

export interface RunOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly say: (text: string) => void;
}

export interface RunResult {
  readonly alerts: number;
  readonly orders: number;
  readonly faults: number;
  readonly kills: number;
  readonly violations: readonly string[];
}

const PROGRESS_MS = 10_000;
/** Each concern draws from its own sequence, so that a slow answer to one does not change the choices of another. */
const PURPOSES = { workload: 1, sender: 2, disruption: 3 } as const;
const PURPOSE_STRIDE = 7_919;

function randomFor(seed: number, purpose: keyof typeof PURPOSES) {
  return seededRandom(seed * PURPOSE_STRIDE + PURPOSES[purpose]);
}

/** Runs on a stack that has been started. Rejects when the run itself could not go on. */
export async function runUnderFaults(stack: SimStack, options: RunOptions): Promise<RunResult> {
  const { seed, seconds, say } = options;
  const sender = new Sender(stack, randomFor(seed, "sender"));
  const disruption = new Disruption(stack, randomFor(seed, "disruption"));
  const endMs = performance.now() + seconds * 1_000;
  const isOver = (): boolean => {
    stack.requireWhole();
    return performance.now() >= endMs;
  };
  const progress = setInterval(() => {
    const leftS = Math.max(0, Math.round((endMs - performance.now()) / 1_000));
    const { faults, kills } = disruption;
    say(`${leftS} s left: ${sender.signals.length} alerts, ${faults.total} faults, ${kills.total} kills`);
  }, PROGRESS_MS);
  try {
    await Promise.all([
      driveWorkload(sender, randomFor(seed, "workload"), seed, isOver),
      disruption.run(isOver),
    ]);
  } finally {
    clearInterval(progress);
  }
  say(`faults: ${disruption.faults}`);
  say(`kills: ${disruption.kills}`);
  await disruption.heal();
  const eyes = new Eyes(stack);
  try {
    const openEnds = await waitUntilQuiet(stack, eyes, say);
    await lastPass(stack);
    stack.requireWhole();
    const evidence = await eyes.evidence(sender.signals);
    say(summaryOf(sender, evidence));
    return {
      alerts: sender.signals.length,
      orders: evidence.orders.size,
      faults: disruption.faults.total,
      kills: disruption.kills.total,
      violations: [
        ...openEnds.map((end) => `the stack never came to rest: ${end}`),
        ...violationsIn(evidence),
      ],
    };
  } finally {
    await eyes.close();
  }
}

function countBy<T>(values: Iterable<T>, nameOf: (value: T) => string): string {
  const tally = new Tally();
  for (const value of values) tally.add(nameOf(value));
  return tally.toString();
}

/** What came of the workload: a run of denials alone would prove little, and is seen here. */
function summaryOf(sender: Sender, { receipts, orders, alerts, journal }: Evidence): string {
  const unanswered = sender.signals.filter(({ answers }) => answers.length === 0).length;
  const denials = [...receipts.values()].flatMap((receipt) => receipt.denials);
  const resent = [...orders.values()].filter(({ sends }) => sends > 1).length;
  return [
    `${sender.requests} requests for ${sender.signals.length} alerts, ${unanswered} never answered`,
    `receipts: ${countBy(receipts.values(), ({ status }) => status)}`,
    `denials: ${countBy(denials, ({ code }) => code)}`,
    `orders: ${countBy(orders.values(), ({ status }) => status)}; ${resent} sent again after confirmed absence`,
    `journal: ${countBy(journal.values(), ({ kind }) => kind)}`,
    `alerts raised: ${countBy(alerts.values(), ({ code }) => code)}`,
  ].join("\n");
}
