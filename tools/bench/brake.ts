// The emergency brake, from a person's button to its effect, against the real local stack: `commands` alone under Google's
// framework, with the stack's Firestore and Auth. Cold counts the start of the process, as a request does that finds no
// instance; warm is the next one. In effect means that the account's control document shows it when the answer
// comes, which is looked up each time.
import { join } from "node:path";
import type { ControlState } from "#domain/documents/control.ts";
import { paths } from "#domain/documents/paths.ts";
import {
  ACCOUNT_ID,
  clientSettings,
  functionSettings,
  LOCATION,
  OPERATOR,
  origin,
} from "#local/stack/settings.ts";
import { TestStack } from "#test/support/stack.ts";
import { type Framework, openFramework } from "./framework.ts";
import type { Measurement } from "./run.ts";

const COLD_ROUNDS = 5;
const WARM_ROUNDS = 20;
const COLD_GOAL_MS = 1_500;
const WARM_GOAL_MS = 300;
const LOOK_TIMEOUT_MS = 10_000;
const FUNCTIONS = join(import.meta.dirname, "..", "..", "functions");

export async function run(): Promise<readonly Measurement[]> {
  const stack = await TestStack.create();
  await stack.start();
  try {
    const token = await idToken(stack);
    const cold: number[] = [];
    const afterWarmUp: number[] = [];
    const warm: number[] = [];
    for (let round = 0; round < COLD_ROUNDS; round += 1) {
      await withCommands(stack, async (framework) => {
        await framework.listens;
        cold.push((await pause(stack, framework, token)) - framework.startedMs);
        await timed(() => pause(stack, framework, token), warm, WARM_ROUNDS / COLD_ROUNDS);
      });
      await withCommands(stack, async (framework) => {
        await framework.listens;
        await post(framework, "/warm", { accountId: ACCOUNT_ID }, token);
        await timed(() => pause(stack, framework, token), afterWarmUp, 1);
      });
    }
    return [
      line("pause, cold", cold, COLD_GOAL_MS),
      line("pause, first after the page's warm-up", afterWarmUp, WARM_GOAL_MS),
      line("pause, warm", warm, WARM_GOAL_MS),
    ];
  } finally {
    await stack.stop();
    stack.remove();
  }
}

async function timed(work: () => Promise<unknown>, into: number[], times: number): Promise<void> {
  for (let done = 0; done < times; done += 1) {
    const startedMs = performance.now();
    await work();
    into.push(performance.now() - startedMs);
  }
}

function line(name: string, times: readonly number[], goalMs: number): Measurement {
  const sorted = times.toSorted((a, b) => a - b);
  const value = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return {
    name,
    value,
    unit: "ms",
    reference: `goal ${goalMs} ms; slowest of ${sorted.length}: ${sorted.at(-1)?.toFixed(0)} ms`,
  };
}

async function withCommands(stack: TestStack, use: (framework: Framework) => Promise<void>): Promise<void> {
  const { ports } = stack;
  const env = {
    ...functionSettings(ports, stack.dataDir),
    ...clientSettings(ports),
    BALLAST_MACHINE_SECRETS: "{}",
    FUNCTION_REGION: LOCATION,
  };
  const framework = await openFramework({ folder: FUNCTIONS, target: "commands", env });
  try {
    await use(framework);
  } finally {
    await framework.stop();
  }
}

/** Resolves with the time of the answer. Rejects unless the account is braked then. */
async function pause(stack: TestStack, framework: Framework, token: string): Promise<number> {
  const request = { kind: "pause" };
  const answer = await post(framework, "", { accountId: ACCOUNT_ID, request, reason: "the bench" }, token);
  const answeredMs = performance.now();
  const control = await stack.database.waitFor(
    paths.control(ACCOUNT_ID),
    "exists",
    LOOK_TIMEOUT_MS,
    (data) => data,
  );
  const { commands, tradingState } = control as ControlState;
  if (tradingState.state !== "REDUCING" || commands.takenCount !== commands.storedCount)
    throw new Error(`The pause is not in effect: ${JSON.stringify(answer)}`);
  return answeredMs;
}

async function post({ port }: Framework, path: string, body: object, token: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/commands${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return await response.json();
}

async function idToken(stack: TestStack): Promise<string> {
  const url = `${origin(stack.ports, "auth")}/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=local`;
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: OPERATOR.email, password: OPERATOR.password, returnSecureToken: true }),
  });
  return ((await response.json()) as { idToken: string }).idToken;
}
