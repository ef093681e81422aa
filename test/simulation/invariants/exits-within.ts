// Rule 14, exits before entries (docs/RULES.md), for exits that rest at the venue: take-profits together never exceed the
// position, nothing that an exit took makes the books larger, and none is left. Read from the matching engine.
import { dec } from "#domain/decimal.ts";
import type { Group } from "#domain/documents/group.ts";
import { CLIENT_STOP_ID } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import { engineIdOf } from "./engine-truth.ts";
import { type Change, type Evidence, type Invariant, NEW_STOP } from "./invariant.ts";

const GROUP = /\/groups\/[^/]+$/;

export const takeProfitsStayWithin: Invariant = {
  rule: 14,
  name: "takeProfitsStayWithin",
  says: "A take-profit never leaves where it and those that wait at the venue would be more than is held; after faults have ended they fit the position.",
  watch(evidence) {
    /** Held at the engine when a take-profit was stored, by the take-profit's id. */
    const storedOn = new Map<string, number>();
    return {
      landed({ changes }) {
        for (const change of changes) if (GROUP.test(change.path)) remember(evidence, storedOn, change);
      },
      left({ name, accountId, fields }) {
        if (name !== NEW_STOP || fields.get("type") !== "TAKE_PROFIT_MARKET") return;
        const symbol = fields.get("symbol") ?? "";
        const waiting = waitingBase(evidence, accountId, symbol);
        const total = waiting + Number(fields.get("quantity"));
        // The position may have shrunk since this request was stored, and not yet been told, or while it was slow to leave.
        const most = Math.max(
          heldBase(evidence, accountId, symbol),
          bookedBase(evidence, accountId, symbol),
          storedOn.get(fields.get("clientAlgoId") ?? "") ?? 0,
        );
        if (total > most + ROUNDING)
          evidence.fail(
            `take-profits of ${total} ${symbol} of ${accountId} would wait on ${most} that are held`,
          );
      },
      healed() {
        for (const { profile, config } of evidence.setup.accounts) {
          if (profile.mode !== "paper") continue;
          for (const symbol of config.symbols) {
            const waiting = waitingBase(evidence, profile.accountId, symbol);
            const held = heldBase(evidence, profile.accountId, symbol);
            if (waiting > held + ROUNDING)
              evidence.fail(`take-profits of ${waiting} ${symbol} wait on ${held} of ${profile.accountId}`);
          }
        }
      },
    };
  },
};

function remember(
  evidence: Evidence,
  storedOn: Map<string, number>,
  { accountId, before, after }: Change,
): void {
  const [was, is] = [before, after] as unknown as readonly [Group | null, Group | null];
  const known = new Set((was?.takeProfits ?? []).map(({ clientStopId }) => clientStopId));
  for (const { clientStopId } of is?.takeProfits ?? [])
    if (!known.has(clientStopId))
      storedOn.set(clientStopId, heldBase(evidence, accountId ?? "", is?.symbol ?? ""));
}

export const exitsOnlyTake: Invariant = {
  rule: 14,
  name: "exitsOnlyTake",
  says: "In the commit that books an exit's order, the group's quantity falls by no more than that order took at the venue, and rises never.",
  watch(evidence) {
    return {
      landed({ changes }) {
        for (const change of changes) if (GROUP.test(change.path)) checkTaken(evidence, change);
      },
    };
  },
};

function checkTaken(evidence: Evidence, { before, after }: Change): void {
  const [was, is] = [before, after] as unknown as readonly [Group | null, Group | null];
  if (was === null || is === null) return;
  const known = new Set(was.stopVenueOrderIds);
  const news = is.stopVenueOrderIds.filter((id) => !known.has(id));
  if (news.length === 0) return;
  const fell = dec(was.qtyBase).minus(dec(is.qtyBase)).toNumber();
  const took = news.reduce((sum, id) => sum + executedBase(evidence, id), 0);
  if (fell < -ROUNDING || fell > took + ROUNDING)
    evidence.fail(`${is.groupId} fell by ${fell} in the commit of exits that took ${took}`);
}

/** Decimals of a quantity end well above this. */
const ROUNDING = 1e-9;

function executedBase({ exchange: { engine } }: Evidence, venueOrderId: string): number {
  const order = engine.state.orders.get(engineIdOf(venueOrderId));
  const lotBase = order === undefined ? 0 : (engine.specs.get(order.symbol)?.lotBase ?? 0);
  return (order?.executedLots ?? 0) * lotBase;
}

/** Take-profits of ours that the venue has waiting. */
function waitingBase({ exchange: { engine } }: Evidence, accountId: string, symbol: string): number {
  let lots = 0;
  for (const algoId of engine.waitingAlgos) {
    const algo = engine.state.algoOrders.get(algoId);
    const isOurs = algo?.accountId === accountId && algo.symbol === symbol;
    if (!isOurs || algo.orderType !== "TAKE_PROFIT_MARKET") continue;
    if (CLIENT_STOP_ID.test(algo.clientAlgoId)) lots += algo.lots;
  }
  return lots * (engine.specs.get(symbol)?.lotBase ?? 0);
}

function heldBase({ exchange: { engine } }: Evidence, accountId: string, symbol: string): number {
  const lots = engine.state.accounts.get(accountId)?.positions.get(symbol)?.lots ?? 0;
  return Math.abs(lots) * (engine.specs.get(symbol)?.lotBase ?? 0);
}

function bookedBase(evidence: Evidence, accountId: string, symbol: string): number {
  const groups = evidence.below<Group>(`${paths.groups(accountId)}/`).map(([, group]) => group);
  return Math.max(
    0,
    ...groups.filter((each) => each.symbol === symbol).map(({ qtyBase }) => Number(qtyBase)),
  );
}
