// Mutations of what is stored, and of when: fences, slots, journal, throttles, receipts.
import type { ControlState, Slot, TradingStateLatch } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import type { DocumentWrite } from "#ports/documents.ts";
import type { Mutation } from "./mutation.ts";
import { dropping, forgettingAtStart, isControl, withAnswers, withCommits, withControl } from "./rewrites.ts";

/** A version that no document has. */
const NO_VERSION = "1.000000000";

const isOrderCreated = (writes: readonly DocumentWrite[]): boolean =>
  writes.some(({ op, path }) => op === "create" && path.includes("/orders/"));

function groupOf(writes: readonly DocumentWrite[]): Group | null {
  const found = writes.find(({ path }) => path.includes("/groups/"));
  return found?.op === "set" ? (found.data as unknown as Group) : null;
}

export const BOOK_MUTATIONS: readonly Mutation[] = [
  {
    name: "sendBeforeStoring",
    says: "An order leaves without waiting for its record.",
    hooks: () => ({
      documents: (port) => ({
        getAll: (paths) => port.getAll(paths),
        query: (query) => port.query(query),
        async commit(writes) {
          const commit = port.commit(writes);
          if (!isOrderCreated(writes)) return await commit;
          commit.catch(() => undefined);
          return writes.map(() => NO_VERSION);
        },
      }),
    }),
  },
  {
    name: "ignoreFence",
    says: "Books are written without a precondition on their version.",
    hooks: () => ({
      documents: (port) =>
        withCommits(port, (writes) =>
          writes.map((write): DocumentWrite => {
            if (write.op === "set" && isControl(write.path)) {
              const { version: _dropped, ...blind } = write;
              return blind;
            }
            return write.op === "create" && write.path.includes("/journal/")
              ? { ...write, op: "set" }
              : write;
          }),
        ),
    }),
  },
  {
    name: "keepFence",
    says: "A new holder of the lease goes on under the old fence.",
    hooks: () => ({
      documents: (port) =>
        withControl(port, (control) => ({ ...control, lease: { ...control.lease, fence: 1 } })),
    }),
  },
  {
    name: "forgetThrottles",
    says: "A new instance starts with empty throttles.",
    hooks: forgettingAtStart({
      throttles: { orderSentAtMs: [], venueBannedUntilMs: 0, errorAtMs: [], vetoedUntilMs: {} },
    }),
  },
  {
    name: "forgetLocks",
    says: "A new instance starts without protection locks.",
    hooks: forgettingAtStart({ protections: { trades: [], locks: [] } }),
  },
  {
    name: "forgetSession",
    says: "A new instance starts without a session.",
    hooks: forgettingAtStart({ session: null }),
  },
  {
    name: "keepSlot",
    says: "The slot of an ended group is not freed.",
    hooks: () => ({
      documents: (port) =>
        withControl(port, (control, writes) => {
          const group = groupOf(writes);
          if (group === null || !isGroupEnded(group.status)) return control;
          const { symbol, side, strategyId, qtyBase, openedAtMs } = group;
          const slot: Slot = { symbol, side, strategyId, qtyBase, sinceMs: openedAtMs };
          return { ...control, slots: { ...control.slots, [group.groupId]: slot } };
        }),
    }),
  },
  {
    name: "freeSlotTwice",
    says: "Freeing a slot frees another one with it.",
    hooks: () => ({
      documents: (port) =>
        withControl(port, (control, writes) => {
          const group = groupOf(writes);
          if (group === null || !isGroupEnded(group.status)) return control;
          const slots: ControlState["slots"] = Object.fromEntries(Object.entries(control.slots).slice(1));
          return { ...control, slots };
        }),
    }),
  },
  {
    name: "loseJournal",
    says: "Fills are booked without a journal entry.",
    hooks: () => ({
      documents: (port) =>
        dropping(
          port,
          (write) =>
            write.op === "create" && write.path.includes("/journal/") && write.data.kind === "ORDER_FILLED",
        ),
    }),
  },
  {
    name: "tradeWhileHalted",
    says: "Decisions take the trading state to be ACTIVE.",
    hooks: () => {
      const real = new Map<string, TradingStateLatch>();
      return {
        documents: (port) =>
          withControl(
            withAnswers(port, (snapshot) => {
              const { path, data } = snapshot;
              if (!isControl(path) || data === null) return snapshot;
              const { tradingState, accountId } = data as unknown as ControlState;
              real.set(accountId, tradingState);
              return { ...snapshot, data: { ...data, tradingState: { ...tradingState, state: "ACTIVE" } } };
            }),
            (control) => ({ ...control, tradingState: real.get(control.accountId) ?? control.tradingState }),
          ),
      };
    },
  },
  {
    name: "forgetInbox",
    says: "An intent that found the lease taken is counted without being stored.",
    hooks: () => ({
      documents: (port) =>
        dropping(
          port,
          (write) =>
            write.op === "create" && write.path.includes("/intents/") && write.data.status === "INBOX",
        ),
    }),
  },
  {
    name: "decideAgain",
    says: "Order and decision are written over what is there already.",
    hooks: () => ({
      documents: (port) =>
        withCommits(port, (writes) =>
          writes.map((write) =>
            write.op === "create" && /\/(orders|intents)\//.test(write.path)
              ? { ...write, op: "set" }
              : write,
          ),
        ),
    }),
  },
  {
    name: "loseReceipts",
    says: "A signal is accepted without a receipt.",
    hooks: () => ({
      documents: (port) => dropping(port, ({ op, path }) => op === "create" && path.includes("/receipts/")),
    }),
  },
  {
    name: "loseAlerts",
    says: "Alerts are logged only.",
    hooks: () => ({ documents: (port) => dropping(port, ({ path }) => path.includes("/alerts/")) }),
  },
  {
    name: "loseCommands",
    says: "A command is answered and counted without being stored.",
    hooks: () => ({
      documents: (port) => dropping(port, ({ op, path }) => op !== "delete" && path.includes("/commands/")),
    }),
  },
  {
    name: "commandTakenTwice",
    says: "A command takes effect without being counted as taken.",
    hooks: () => ({
      documents: (port) =>
        withControl(port, (control, writes) =>
          writes.some(({ op, path }) => op === "set" && path.includes("/commands/"))
            ? {
                ...control,
                commands: { ...control.commands, takenCount: Math.max(0, control.commands.takenCount - 1) },
              }
            : control,
        ),
    }),
  },
];
