// A process that contends with others for documents, run by tests and benches:
// `node firestore-contender.ts increment|lease PROJECT COUNT`, FIRESTORE_EMULATOR_HOST set. It says "waiting" when it is ready,
// begins at the first line on stdin, and prints one JSON line with what it got.
import { createInterface } from "node:readline";
import { Firestore } from "@google-cloud/firestore";

/** Contention among dozens of processes takes more than the SDK's five attempts. */
const MAX_ATTEMPTS = 30;

const [mode, projectId, count] = process.argv.slice(2);
if (projectId === undefined || count === undefined)
  throw new Error("usage: firestore-contender.ts MODE PROJECT COUNT");
const db = new Firestore({ projectId });

/** Adds one, `count` times at once, each in a transaction of its own. */
async function increment(): Promise<number[]> {
  const ref = db.doc("race/counter");
  return Promise.all(
    Array.from({ length: Number(count) }, () =>
      db.runTransaction(
        async (transaction) => {
          const n = ((await transaction.get(ref)).get("n") ?? 0) + 1;
          transaction.set(ref, { n });
          return n;
        },
        { maxAttempts: MAX_ATTEMPTS },
      ),
    ),
  );
}

/** Takes the lease `count` times, letting go in between; returns the fences it held. */
async function lease(): Promise<number[]> {
  const ref = db.doc("race/lease");
  const fences: number[] = [];
  while (fences.length < Number(count)) {
    const fence = await db.runTransaction(
      async (transaction) => {
        const stored = await transaction.get(ref);
        if (stored.get("holder")) return undefined;
        const next = (stored.get("fence") ?? 0) + 1;
        transaction.set(ref, { holder: process.pid, fence: next });
        return next as number;
      },
      { maxAttempts: MAX_ATTEMPTS },
    );
    if (fence === undefined) continue;
    fences.push(fence);
    await ref.update({ holder: null });
  }
  return fences;
}

// A first read opens the connection, so that the race is about documents and not about start-up.
await db.doc("race/warm-up").get();
process.stdout.write("waiting\n");
for await (const _line of createInterface({ input: process.stdin })) break;
const got = mode === "lease" ? await lease() : await increment();
process.stdout.write(`${JSON.stringify(got)}\n`);
await db.terminate();
process.exit(0);
