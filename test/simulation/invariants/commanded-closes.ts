// Rule 14, exits before entries (docs/RULES.md), for closes by command: their orders take at most the share that was asked
// for of what was held, and a close of all ends its group. Read from the matching engine's trades and the stored commands.
import type { Command } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import { clientOrderId, closingId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import type { Evidence, Invariant, Landed } from "./invariant.ts";

/** A closing that keeps being refused is tried every two minutes: a close younger than that may be on its way. */
const ON_ITS_WAY_MS = 180_000;
/** More orders than a run lets one close have. */
const MOST_ORDERS = 60;
const WHOLE_BPS = 10_000;
/** Decimals of a quantity end well above this. */
const ROUNDING = 1e-9;

interface Close {
  readonly command: Command;
  readonly groupId: string;
  readonly symbol: string;
  readonly shareBps: number;
  /** By the larger of books and venue, when it was carried out. */
  readonly heldBase: number;
  readonly orderIds: ReadonlySet<string>;
}

export const commandedClosesTakeTheirShare: Invariant = {
  rule: 14,
  name: "commandedClosesTakeTheirShare",
  says: "The orders of a commanded close take at most its share of what was held when it was carried out, and a close of all ends its group once faults have ended.",
  watch(evidence) {
    const closes: Close[] = [];
    const checkShares = (): void => {
      for (const close of closes) if (close.shareBps < WHOLE_BPS) checkShare(evidence, close);
    };
    return {
      landed(commit) {
        for (const close of closesIn(evidence, commit)) closes.push(close);
      },
      handled({ name }) {
        if (name === "POST /fapi/v1/order") checkShares();
      },
      healed() {
        checkShares();
        for (const close of closes) if (close.shareBps === WHOLE_BPS) checkEnded(evidence, close);
      },
    };
  },
};

function closesIn(evidence: Evidence, { changes }: Landed): readonly Close[] {
  return changes.flatMap(({ path, accountId, after }) => {
    if (accountId === null || !path.startsWith(`${paths.commands(accountId)}/`)) return [];
    const command = after as unknown as Command;
    if (command.status !== "DONE" || command.request.kind !== "close_position") return [];
    const { groupId, shareBps } = command.request;
    const change = changes.find((each) => each.path === paths.group(accountId, groupId));
    const group = change?.before as unknown as Group | null | undefined;
    if (group == null) return evidence.fail(`${path} was carried out without its group`) ?? [];
    const causeId = closingId(accountId, command.commandId);
    const orderIds = new Set(
      Array.from({ length: MOST_ORDERS }, (_, step) => clientOrderId(accountId, causeId, step)),
    );
    const heldBase = Math.max(Number(group.qtyBase), engineBase(evidence, accountId, group.symbol));
    return [{ command, groupId, symbol: group.symbol, shareBps, heldBase, orderIds }];
  });
}

function lotBaseOf({ exchange: { engine } }: Evidence, symbol: string): number {
  return engine.specs.get(symbol)?.lotBase ?? 0;
}

function engineBase(evidence: Evidence, accountId: string, symbol: string): number {
  const { state } = evidence.exchange.engine;
  return (
    Math.abs(state.accounts.get(accountId)?.positions.get(symbol)?.lots ?? 0) * lotBaseOf(evidence, symbol)
  );
}

function checkShare(evidence: Evidence, close: Close): void {
  const { state } = evidence.exchange.engine;
  const { command, symbol, shareBps, heldBase, orderIds } = close;
  let lots = 0;
  for (const order of state.orders.values())
    if (order.accountId === command.accountId && orderIds.has(order.clientOrderId))
      lots += order.executedLots;
  const took = lots * lotBaseOf(evidence, symbol);
  const most = (heldBase * shareBps) / WHOLE_BPS;
  if (took > most + ROUNDING)
    evidence.fail(
      `${command.commandId} asked for ${shareBps} bps of ${heldBase} ${symbol}, and took ${took}`,
    );
}

/** As with a signal's close: not under a halt, where only a flatten shrinks, nor soon after it. */
function checkEnded(evidence: Evidence, { command, groupId }: Close): void {
  const { accountId, endedAtMs } = command;
  const control = evidence.read<ControlState>(paths.control(accountId));
  const state = control?.tradingState;
  const nowMs = evidence.nowMs();
  const isYoung = nowMs - (endedAtMs ?? nowMs) < ON_ITS_WAY_MS || nowMs - (state?.atMs ?? 0) < ON_ITS_WAY_MS;
  const group = evidence.read<Group>(paths.group(accountId, groupId));
  if (isYoung || state?.state === "HALTED" || group === null || isGroupEnded(group.status)) return;
  evidence.fail(`${command.commandId} closed all of ${groupId}, which still holds ${group.qtyBase}`);
}
