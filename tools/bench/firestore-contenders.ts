// Starts several contender processes, lets them go at the same moment, and collects what each got.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

interface Contender {
  go(): void;
  readonly result: Promise<number[]>;
}

async function startContender(address: string, args: readonly string[]): Promise<Contender> {
  const script = new URL("./firestore-contender.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, FIRESTORE_EMULATOR_HOST: address, METADATA_SERVER_DETECTION: "none" },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.value !== "waiting") throw new Error("a contender ended before it was ready");
  const result = (async (): Promise<number[]> => {
    const { value, done } = await lines.next();
    if (done) throw new Error("a contender ended without a result");
    return JSON.parse(value) as number[];
  })();
  return { go: () => child.stdin.end("go\n"), result };
}

/** Runs `processes` contenders in one mode, `count` rounds each; returns what each got and how long it took, ms. */
export async function race(
  address: string,
  mode: "increment" | "lease",
  { processes, count, projectId }: { processes: number; count: number; projectId: string },
): Promise<{ readonly got: number[][]; readonly tookMs: number }> {
  const args = [mode, projectId, String(count)];
  const contenders = await Promise.all(
    Array.from({ length: processes }, () => startContender(address, args)),
  );
  const startedMs = performance.now();
  for (const contender of contenders) contender.go();
  const got = await Promise.all(contenders.map(({ result }) => result));
  return { got, tookMs: performance.now() - startedMs };
}
