// One group or order whose document cannot be read stops itself alone: its symbol takes no entry, its exits wait, its stop
// at the venue stays, people are told of it by name, and everything else of the account goes on, a flatten above all.
// Proves: app/books/read-open.ts, app/books/inbox.ts, domain/books/set-aside.ts, domain/decide/adopted-group.ts
import { beforeEach, describe, expect, it } from "vitest";
import type { Group } from "#domain/documents/group.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent, Receipt, StoredIntent } from "#domain/documents/signal.ts";
import type { Overview } from "#domain/documents/views.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { reconcileAccount } from "#functions/app/reconcile/reconcile-account.ts";
import { watchOneAccount } from "#functions/app/watchdog/watch-every-account.ts";
import type { DocumentData } from "#ports/documents.ts";
import { freshList } from "#test/support/account-list.ts";
import { PLAIN_CONFIG } from "#test/support/config.ts";
import { createOrderAccount, type OrderAccount } from "#test/support/order-account.ts";
import { flattenOrdered } from "#test/support/ordered-flatten.ts";
import { STOP_CONFIG } from "#test/support/stop-account.ts";
import { ACCOUNT, givenIntent, messageOf, profile } from "#test/support/world.ts";

const MINUTE_MS = 60_000;
const BROKEN = { broken: true };
const ETH = { symbol: "ETHUSDT" } as const;

let at: OrderAccount;
beforeEach(async () => {
  at = await createOrderAccount({ ...STOP_CONFIG, workingLimitMs: 3_600_000 });
});

interface StopAtVenue {
  readonly symbol: string;
  readonly algoStatus: string;
}

const dump = () => at.world.exchange.dump() as { readonly algoOrders: readonly StopAtVenue[] };
const restingStops = () =>
  dump()
    .algoOrders.filter(({ algoStatus }) => algoStatus === "NEW")
    .map(({ symbol }) => symbol)
    .toSorted();
const held = async () => (await at.positions()).map(({ symbol }) => symbol).toSorted();
const groupOf = (symbol: string) => at.groups().find((group) => group.symbol === symbol) as Group;
const told = (code: string) => at.alerts().filter((alert) => alert.code === code);

/** The intent decided by an instance that has no books in its memory; its receipt as it stands then. */
async function decided(overrides: Partial<Intent>): Promise<Receipt> {
  const intent = givenIntent(at.world, overrides);
  await executeIntent(at.world.instance("executor"), messageOf(at.world, intent));
  return at.world.read<Receipt>(paths.receipt(ACCOUNT, intent.signalId)) as Receipt;
}

/** By somebody's hand; gives back how it was. */
function broken(path: string, data: DocumentData = BROKEN): () => void {
  const before = at.world.documents.dump()[path] as DocumentData;
  at.world.documents.seed(path, data);
  at.worker.cache.clear();
  return () => at.world.documents.seed(path, before);
}

async function flattened(): Promise<void> {
  await flattenOrdered(at.world, at.world.instance("executor"));
  await at.pass(2 * MINUTE_MS);
}

const FAULTS = ["group", "order"] as const;

/** ETH is held and well. BTC is held or on its way, and its group's or its order's document cannot be read. */
async function given(fault: (typeof FAULTS)[number]): Promise<{ readonly path: string; mend: () => void }> {
  await at.decide(ETH);
  await at.decide(fault === "group" ? {} : { strategyId: "patient" });
  if (fault === "order") at.priceRises();
  await at.pass(10_000);
  const { groupId, orderIds } = groupOf("BTCUSDT");
  const path = fault === "group" ? paths.group(ACCOUNT, groupId) : paths.order(ACCOUNT, orderIds[0] ?? "");
  if (fault === "order") expect(at.control().reservations).toHaveProperty(orderIds[0] ?? "");
  return { path, mend: broken(path) };
}

describe.each(FAULTS)("an unreadable %s document", (fault) => {
  it("closes its symbol for entries, and no other", async () => {
    await given(fault);
    expect(await decided({ strategyId: fault === "group" ? "trend" : "patient" })).toMatchObject({
      status: "DENIED",
      denials: expect.arrayContaining([expect.objectContaining({ code: "DOCUMENT_UNREADABLE" })]),
    });
    expect(await decided({ symbol: "SOLUSDT" })).toMatchObject({ status: "ORDERED" });
    expect(await held()).toContain("SOLUSDT");
  });

  it("is named in a critical alert with its fault, once an hour", async () => {
    const { path } = await given(fault);
    await at.pass(3 * MINUTE_MS);
    expect(told("DOCUMENT_SET_ASIDE")).toMatchObject([
      { severity: "critical", message: expect.stringContaining(path) },
    ]);
    expect(told("DOCUMENT_SET_ASIDE")[0]?.message).toMatch(/unusable: .*Unrecognized key|Required|expected/);
    at.world.clock.setMs(at.world.clock.nowMs() + 60 * MINUTE_MS);
    await at.pass(2 * MINUTE_MS);
    expect(told("DOCUMENT_SET_ASIDE").length).toBeGreaterThan(1);
  });

  it("that is missing is one that cannot be read", async () => {
    const { path } = await given(fault);
    await at.world.documents.commit([{ op: "delete", path }]);
    await at.pass(2 * MINUTE_MS);
    expect(told("DOCUMENT_SET_ASIDE")).not.toEqual([]);
    expect(await decided({ ...ETH, action: "close", side: null })).toMatchObject({ status: "ORDERED" });
  });

  it("keeps no exit of another symbol", async () => {
    await given(fault);
    expect(await decided({ ...ETH, action: "close", side: null })).toMatchObject({ status: "ORDERED" });
    expect(await held()).not.toContain("ETHUSDT");
  });

  it("keeps no stop from under another symbol, and takes its own position's floor away under no reconcile", async () => {
    await given(fault);
    await decided({ symbol: "SOLUSDT" });
    await at.pass(3 * MINUTE_MS);
    const others = ["ETHUSDT", "SOLUSDT"];
    expect(restingStops()).toEqual(fault === "group" ? ["BTCUSDT", ...others] : others);
  });

  it("does not keep a flatten from closing everything that the venue holds, and from ending", async () => {
    await given(fault);
    await flattened();
    expect(await held()).toEqual([]);
    expect(at.world.venueOrders().filter(({ status }) => status === "NEW")).toEqual([]);
    expect(restingStops()).toEqual([]);
    expect(at.control().flatten).toBeNull();
    expect(told("FLATTEN_DONE")).toHaveLength(1);
  });

  it("that is mended after a flatten leaves books that agree with the venue", async () => {
    const { mend } = await given(fault);
    await flattened();
    mend();
    await at.pass(3 * MINUTE_MS);
    expect(at.control().slots).toEqual({});
    expect(at.control().reservations).toEqual({});
  });

  it("lets its own exit wait, told, and go out once it is mended", async () => {
    const { mend } = await given(fault);
    const strategyId = fault === "group" ? "trend" : "patient";
    const exit = await decided({ strategyId, action: "close", side: null });
    expect(exit).toMatchObject({ status: "WAITING", denials: [{ code: "DOCUMENT_UNREADABLE" }] });
    expect(told("EXIT_WAITS")).toMatchObject([{ severity: "critical" }]);
    mend();
    await at.pass(3 * MINUTE_MS);
    expect(await held()).not.toContain("BTCUSDT");
    expect(at.control().slots).not.toHaveProperty(groupOf("BTCUSDT").groupId);
  });

  it("does not blind the watchdog: a session's stop-loss still closes everything", async () => {
    await given(fault);
    const session = {
      startedBy: "ada",
      startedAtMs: at.world.clock.nowMs(),
      horizonAtMs: null,
      stopLossNavUsd: "1000000000",
    };
    // A control document that has not moved for long: then live orders are looked at as well.
    at.world.documents.seed(paths.control(ACCOUNT), {
      ...at.control(),
      session,
      updatedAtMs: at.world.clock.nowMs() - 10 * MINUTE_MS,
    } as never);
    const accountList = freshList(at.world);
    await watchOneAccount({ ...at.world.instance("watchdog"), accountList }, ACCOUNT);
    await at.pass(2 * MINUTE_MS);
    expect(await held()).toEqual([]);
  });

  it("does not keep the minute's pass from the NAV, the others' orders and the account's heartbeat", async () => {
    await given(fault);
    await expect(reconcileAccount(at.world.instance("reconcile"), profile)).resolves.toBeUndefined();
  });
});

describe("a group whose document cannot be read", () => {
  it("takes entries again as soon as it is mended, from an instance that has seen it broken", async () => {
    const { mend } = await given("group");
    const executor = at.world.instance("executor");
    const asked = async (): Promise<Receipt> => {
      const intent = givenIntent(at.world, { strategyId: "trend" });
      await executeIntent(executor, messageOf(at.world, intent));
      return at.world.read<Receipt>(paths.receipt(ACCOUNT, intent.signalId)) as Receipt;
    };
    expect(await asked()).toMatchObject({ status: "DENIED" });
    mend();
    expect(await asked()).toMatchObject({ status: "ORDERED" });
  });

  it("is told within five minutes by an instance that has the account's books in its memory and finds it quiet", async () => {
    await at.decide();
    await at.pass(3 * MINUTE_MS);
    const reconcile = at.world.instance("reconcile");
    await reconcileAccount(reconcile, profile);
    const path = paths.group(ACCOUNT, groupOf("BTCUSDT").groupId);
    at.world.documents.seed(path, BROKEN);
    for (let minute = 0; minute < 5; minute += 1) {
      at.world.clock.setMs(at.world.clock.nowMs() + MINUTE_MS);
      await at.world.tickNav();
      await reconcileAccount(reconcile, profile);
    }
    expect(told("DOCUMENT_SET_ASIDE")).toMatchObject([
      { severity: "critical", message: expect.stringContaining(path) },
    ]);
  });

  it("does not keep the stop-loss of its group from closing what the venue holds of it", async () => {
    at = await createOrderAccount({
      workingLimitMs: 3_600_000,
      watchdog: { ...PLAIN_CONFIG.watchdog, groupStopLossBps: 300 },
    });
    await given("group");
    at.world.exchange.admin("jump", { percent: -5, symbol: "BTCUSDT" });
    const accountList = freshList(at.world);
    const watchdog = { ...at.world.instance("watchdog"), accountList };
    for (let looks = 0; looks < 3; looks += 1) {
      await at.pass(15_000);
      await watchOneAccount(watchdog, ACCOUNT);
    }
    expect(await held()).toEqual(["ETHUSDT"]);
  });
});

describe("a document of an ended group", () => {
  it("that cannot be read leaves its own accounts an estimate, and settles the others'", async () => {
    await at.decide();
    await at.decide(ETH);
    await at.pass(5_000);
    await decided({ action: "close", side: null });
    await decided({ ...ETH, action: "close", side: null });
    const order = groupOf("BTCUSDT").orderIds[0] ?? "";
    const mend = broken(paths.order(ACCOUNT, order));
    await at.pass(5 * MINUTE_MS);
    expect(groupOf("ETHUSDT").accounts?.settled).toBe(true);
    expect(groupOf("BTCUSDT").accounts?.settled ?? false).toBe(false);
    expect(told("DOCUMENT_SET_ASIDE")[0]?.message).toContain(order);
    mend();
    await at.pass(10 * MINUTE_MS);
    expect(groupOf("BTCUSDT").accounts?.settled).toBe(true);
  });

  it("whose absent order cannot be read keeps no other from its group", async () => {
    at.loseNext("before");
    await at.decide();
    await at.pass(6 * MINUTE_MS);
    const [absent] = Object.keys(at.control().absentOrders);
    broken(paths.order(ACCOUNT, absent ?? ""));
    await at.decide(ETH);
    await at.pass(20 * MINUTE_MS);
    expect(told("DOCUMENT_SET_ASIDE")).not.toEqual([]);
    expect(restingStops()).toEqual(["ETHUSDT"]);
    expect(await decided({ ...ETH, action: "close", side: null })).toMatchObject({ status: "ORDERED" });
  });
});

describe("a signal's document that cannot be read", () => {
  it("in the inbox keeps its place and holds no other signal up", async () => {
    const busy = { ...at.control(), lease: { holderId: "another", fence: 1, expiresAtMs: 0 } };
    busy.lease.expiresAtMs = at.world.clock.nowMs() + 30_000;
    at.world.documents.seed(paths.control(ACCOUNT), busy as never);
    const [first, second] = [givenIntent(at.world), givenIntent(at.world, ETH)];
    for (const intent of [first, second])
      await executeIntent(at.world.instance("executor"), messageOf(at.world, intent));
    expect(at.control().inbox.storedCount).toBe(2);
    const stored = at.world.read<StoredIntent>(paths.intent(ACCOUNT, first.intentId));
    broken(paths.intent(ACCOUNT, first.intentId), { ...stored, intent: "?" } as never);
    await at.pass(2 * MINUTE_MS);
    expect(await held()).toEqual(["ETHUSDT"]);
    expect(told("DOCUMENT_SET_ASIDE")[0]?.message).toContain(first.intentId);
  });

  it("as a receipt holds no other signal up, and not the minute's pass", async () => {
    const [first, second] = [givenIntent(at.world), givenIntent(at.world, ETH)];
    const path = paths.receipt(ACCOUNT, first.signalId);
    broken(path, { ...(at.world.read<Receipt>(path) as object), source: "?" } as never);
    await at.pass(25 * MINUTE_MS);
    const published = at.world.bus.published.map(({ attributes }) => attributes.intentId);
    expect(published).toContain(second.intentId);
    expect(told("DOCUMENT_SET_ASIDE")[0]?.message).toContain(first.signalId);
  });
});

describe("the overview, of which the store refused what showed a group", () => {
  const shown = () =>
    (at.world.read<Overview>(paths.overview(ACCOUNT))?.groups ?? []).map(({ symbol }) => symbol);
  /** As it is stored after a refusal, once documents are taken again while `symbol` is set aside. */
  const lacks = (symbol: string): void => {
    const before = at.world.read<Overview>(paths.overview(ACCOUNT)) as Overview;
    const groups = before.groups.filter((group) => group.symbol !== symbol);
    broken(paths.overview(ACCOUNT), encode({ ...before, groups }));
  };

  /** As `given`, once the venue's trades of both groups are read and no more is due for an hour. */
  const givenAtRest = async (): Promise<() => void> => {
    await at.decide(ETH);
    await at.decide();
    await at.pass(6 * MINUTE_MS);
    return broken(paths.group(ACCOUNT, groupOf("BTCUSDT").groupId));
  };

  it("has the group again with the next change of its account, whatever that is about", async () => {
    const { mend } = await given("group");
    lacks("BTCUSDT");
    mend();
    at.worker.cache.clear();
    await decided({ ...ETH, action: "reduce", side: null, reduceBps: 5_000 });
    expect(shown().toSorted()).toEqual(["BTCUSDT", "ETHUSDT"]);
  });

  it("has the group again within two minutes where nothing of the account changes", async () => {
    const mend = await givenAtRest();
    lacks("BTCUSDT");
    await at.pass(2 * MINUTE_MS);
    expect(shown()).toEqual(["ETHUSDT"]);
    mend();
    await at.pass(2 * MINUTE_MS);
    expect(shown().toSorted()).toEqual(["BTCUSDT", "ETHUSDT"]);
    const { journalSeq } = at.control();
    await at.pass(3 * MINUTE_MS);
    expect(at.control().journalSeq).toBe(journalSeq);
  });

  it("shows a group that was set aside as it is, once it can be read, and not as it was shown last", async () => {
    const mend = await givenAtRest();
    const before = at.world.read<Overview>(paths.overview(ACCOUNT)) as Overview;
    const older = (group: Group): Group => ({ ...group, qtyBase: "0.9", updatedAtMs: group.updatedAtMs - 1 });
    const groups = before.groups.map((group) => (group.symbol === "BTCUSDT" ? older(group) : group));
    broken(paths.overview(ACCOUNT), encode({ ...before, groups }));
    mend();
    await at.pass(2 * MINUTE_MS);
    const rows = at.world.read<Overview>(paths.overview(ACCOUNT))?.groups ?? [];
    const { qtyBase, updatedAtMs } = groupOf("BTCUSDT");
    expect(rows.find(({ symbol }) => symbol === "BTCUSDT")).toMatchObject({ qtyBase, updatedAtMs });
  });

  it("keeps the row of a group that is set aside while others are shown anew", async () => {
    await given("group");
    lacks("ETHUSDT");
    await decided({ ...ETH, action: "reduce", side: null, reduceBps: 5_000 });
    expect(shown().toSorted()).toEqual(["BTCUSDT", "ETHUSDT"]);
  });
});
