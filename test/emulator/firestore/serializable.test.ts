// Random transactions against each other: money moves, and its total stays the same. Every sum that a reader
// sees comes from a serial order. Every wait ends while the clock stands still, so no timeout can hide a
// deadlock.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProtoMessage } from "#local/firestore/backend.ts";
import {
  DATABASE,
  type EngineUnderTest,
  engineUnderTest,
  int,
  nameOf,
  nextTurn,
  OWNER,
} from "./engine-under-test.ts";

const ACCOUNTS = 4;
const START_BALANCE = 100;
/** A split checks this with a query before it adds an account: without phantom protection two would pass at once. */
const MAX_ACCOUNTS = ACCOUNTS + 2;
const TOTAL = ACCOUNTS * START_BALANCE;
const ABORTED = 10;

type Step =
  | { readonly kind: "transfer"; readonly from: number; readonly to: number; readonly pause: number }
  | { readonly kind: "audit"; readonly readOnly: boolean; readonly pause: number }
  | { readonly kind: "split"; readonly from: number; readonly pause: number }
  | { readonly kind: "touch"; readonly account: number; readonly pause: number };

const account = fc.nat(ACCOUNTS - 1);
const pause = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("transfer" as const), from: account, to: account, pause }),
  fc.record({ kind: fc.constant("audit" as const), readOnly: fc.boolean(), pause }),
  fc.record({ kind: fc.constant("split" as const), from: account, pause }),
  fc.record({ kind: fc.constant("touch" as const), account, pause }),
);

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await nextTurn();
}

const balanceOf = (fields: ProtoMessage | null): number =>
  Number((fields?.balance as { integerValue: string } | undefined)?.integerValue ?? Number.NaN);

async function balances(under: EngineUnderTest, transaction: Uint8Array): Promise<number[]> {
  const found: number[] = [];
  const query = {
    parent: `${DATABASE}/documents`,
    structuredQuery: { from: [{ collectionId: "accounts" }] },
  };
  await under.engine.serverStream("RunQuery", { ...query, transaction }, OWNER, ({ document }) => {
    if (document !== undefined) found.push(balanceOf((document as { fields: ProtoMessage }).fields));
  });
  return found;
}

async function sumOf(under: EngineUnderTest, transaction: Uint8Array): Promise<number> {
  return (await balances(under, transaction)).reduce((sum, balance) => sum + balance, 0);
}

const balanceWrite = (path: string, balance: number): object => ({
  update: { name: nameOf(path), fields: { balance: int(balance) } },
});

/** One attempt. Throws what the engine throws. */
async function attempt(
  under: EngineUnderTest,
  work: Step,
  id: string,
  retry: Uint8Array | undefined,
): Promise<Uint8Array> {
  const readWrite = retry === undefined ? {} : { retryTransaction: retry };
  if (work.kind === "audit" && work.readOnly) {
    const transaction = await under.begin({ readOnly: {} });
    const first = await sumOf(under, transaction);
    await turns(work.pause);
    expect([first, await sumOf(under, transaction)]).toEqual([TOTAL, TOTAL]);
    return transaction;
  }
  const transaction = await under.begin({ readWrite });
  try {
    const writes = await workOf(under, work, id, transaction);
    await turns(work.pause);
    await under.commit({ transaction, writes });
  } catch (error) {
    throw Object.assign(error as object, { transaction });
  }
  return transaction;
}

async function workOf(
  under: EngineUnderTest,
  work: Step,
  id: string,
  transaction: Uint8Array,
): Promise<object[]> {
  const read = async (path: string): Promise<number> => balanceOf(await under.get(path, { transaction }));
  switch (work.kind) {
    case "audit":
      expect(await sumOf(under, transaction)).toBe(TOTAL);
      return [balanceWrite(`reports/${id}`, TOTAL)];
    case "transfer": {
      const from = await read(`accounts/${work.from}`);
      await turns(work.pause);
      const to = await read(`accounts/${work.to}`);
      if (work.from === work.to) return [];
      return [balanceWrite(`accounts/${work.from}`, from - 1), balanceWrite(`accounts/${work.to}`, to + 1)];
    }
    case "split": {
      if ((await balances(under, transaction)).length >= MAX_ACCOUNTS) return [];
      await turns(work.pause);
      const from = await read(`accounts/${work.from}`);
      return [balanceWrite(`accounts/${work.from}`, from - 5), balanceWrite(`accounts/split-${id}`, 5)];
    }
    case "touch": {
      const transform = {
        document: nameOf(`accounts/${work.account}`),
        fieldTransforms: [{ fieldPath: "touched", increment: int(1) }],
      };
      // Outside any transaction, and in the middle of one that holds nothing.
      await under.commit({ writes: [{ transform }] });
      return [];
    }
  }
}

async function untilCommitted(under: EngineUnderTest, work: Step, id: string): Promise<void> {
  let retry: Uint8Array | undefined;
  for (;;) {
    try {
      await attempt(under, work, id, retry);
      return;
    } catch (error) {
      const { code, transaction } = error as { code?: number; transaction?: Uint8Array };
      if (code !== ABORTED) throw error;
      retry = transaction;
      await nextTurn();
    }
  }
}

/** Found once: an audit and a split retried in step, each the one that closed the other's cycle, for ever. */
const IN_STEP: Step[][] = [
  [
    { kind: "audit", readOnly: false, pause: 0 },
    { kind: "split", from: 3, pause: 0 },
  ],
  [
    { kind: "audit", readOnly: false, pause: 0 },
    { kind: "split", from: 3, pause: 0 },
    { kind: "audit", readOnly: false, pause: 0 },
  ],
  [
    { kind: "transfer", from: 3, to: 0, pause: 2 },
    { kind: "audit", readOnly: false, pause: 0 },
  ],
  [{ kind: "touch", account: 0, pause: 0 }],
  [
    { kind: "split", from: 3, pause: 3 },
    { kind: "split", from: 0, pause: 0 },
  ],
];

describe("concurrent transactions", () => {
  it("are serializable and all come to an end", { timeout: 60_000 }, async () => {
    const plans = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(plans, async (clients) => {
        const under = engineUnderTest();
        for (let n = 0; n < ACCOUNTS; n += 1)
          await under.commit({ writes: [balanceWrite(`accounts/${n}`, START_BALANCE)] });
        await Promise.all(
          clients.map(async (steps, client) => {
            for (const [at, work] of steps.entries()) await untilCommitted(under, work, `${client}-${at}`);
          }),
        );
        const last = await under.begin({ readOnly: {} });
        expect(await sumOf(under, last)).toBe(TOTAL);
        expect((await balances(under, last)).length).toBeLessThanOrEqual(MAX_ACCOUNTS);
        expect(under.engine.waitingForLocks).toBe(0);
        under.engine.close();
      }),
      { numRuns: 300, examples: [[IN_STEP]] },
    );
  });
});
