// Rule 1, stored before sent, and rule 3, the venue is right (docs/RULES.md), for stops at the venue: each is stored
// before it is sent, once, and after healing exactly one rests under every position, of its size and distance.
import { isDeepStrictEqual } from "node:util";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group, RestingExit } from "#domain/documents/group.ts";
import { CLIENT_STOP_ID, clientStopId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import type { AlgoOrder } from "#local/exchange/engine/state.ts";
import { configInForce, type Evidence, type Invariant, NEW_STOP } from "./invariant.ts";

const BPS = 10_000;

export const stopIsStoredBeforeItIsSent: Invariant = {
  rule: 1,
  name: "stopIsStoredBeforeItIsSent",
  says: "No stop and no take-profit leaves without its stored record, none twice under one id, none that could add to a position.",
  watch(evidence) {
    const departed = new Set<string>();
    return {
      left({ name, accountId, fields, process }) {
        if (name !== NEW_STOP) return;
        const id = fields.get("clientAlgoId") ?? "";
        const groups = evidence.below<Group>(`${paths.groups(accountId)}/`).map(([, group]) => group);
        const group = groups.find((each) => exitsOf(each).some(({ clientStopId: own }) => own === id));
        const exit = group && exitsOf(group).find(({ clientStopId: own }) => own === id);
        if (group === undefined || exit === undefined)
          return evidence.fail(`${process.id} sent the exit ${id}, of which there is no record`);
        if (id !== clientStopId(accountId, group.groupId, exit.step))
          return evidence.fail(`${id} is not the id of step ${exit.step} of ${group.groupId}`);
        const side = group.side === "long" ? "SELL" : "BUY";
        const type = group.stop === exit ? "STOP_MARKET" : "TAKE_PROFIT_MARKET";
        const wanted = [group.symbol, side, type, exit.qtyBase, exit.triggerPriceUsd, "true"];
        const names = ["symbol", "side", "type", "quantity", "triggerPrice", "reduceOnly"];
        const sent = names.map((field) => fields.get(field));
        if (!isDeepStrictEqual(sent, wanted))
          evidence.fail(`the exit ${id} went out as ${sent.join(" ")}, stored as ${wanted.join(" ")}`);
        if (departed.has(id)) evidence.fail(`the exit ${id} left twice`);
        departed.add(id);
      },
    };
  },
};

function exitsOf(group: Group): readonly RestingExit[] {
  const levels = levelsOf(group);
  return group.stop === null ? levels : [group.stop, ...levels];
}

/** A document of an earlier release has none. */
function levelsOf({ takeProfits }: Partial<Group>): readonly RestingExit[] {
  return takeProfits ?? [];
}

export const everyPositionHasItsStop: Invariant = {
  rule: 3,
  name: "everyPositionHasItsStop",
  says: "After faults have ended, exactly one stop rests under every group, of its size and within the configured distance, and what a stop took is told.",
  watch(evidence) {
    return {
      healed() {
        for (const { profile } of evidence.setup.accounts) {
          if (profile.mode === "paper") checkAccount(evidence, profile.accountId);
        }
      },
    };
  },
};

function checkAccount(evidence: Evidence, accountId: string): void {
  const config = configInForce(evidence, accountId);
  const control = evidence.read<ControlState>(paths.control(accountId));
  const stopBps = config?.watchdog.protectiveStopBps ?? null;
  const ours = [...evidence.exchange.engine.state.algoOrders.values()].filter(
    (algo) => algo.accountId === accountId && CLIENT_STOP_ID.test(algo.clientAlgoId),
  );
  const waiting = new Map(
    ours.filter(({ status }) => status === "NEW").map((algo) => [algo.clientAlgoId, algo]),
  );
  const groups = evidence
    .below<Group>(`${paths.groups(accountId)}/`)
    .map(([, group]) => group)
    .filter(({ status }) => !isGroupEnded(status));
  for (const group of groups) {
    // Their sizes and prices are the ladder's affair (exits-within.ts).
    for (const { clientStopId: id, status } of levelsOf(group)) if (status !== "GONE") waiting.delete(id);
    const bounds = stopBoundsBps(group, stopBps);
    if (bounds.length === 0) waiting.delete(group.stop?.clientStopId ?? "");
    if (bounds.length === 0 || Number(group.qtyBase) === 0) continue;
    const algo = waiting.get(group.stop?.clientStopId ?? "");
    if (algo === undefined || group.stop?.status !== "RESTING")
      evidence.fail(`no stop rests under ${group.groupId} (${group.symbol} ${group.side} ${group.qtyBase})`);
    else checkStop(evidence, group, algo, Math.min(...bounds));
    waiting.delete(group.stop?.clientStopId ?? "");
  }
  for (const id of waiting.keys()) evidence.fail(`the stop ${id} of ${accountId} was left behind`);
  const left = Object.keys(control?.stopsToCancel ?? {});
  if (left.length > 0) evidence.fail(`${accountId} still has to withdraw ${left.join(", ")}`);
  checkTold(evidence, accountId, ours);
}

/** Furthest distances that config and plan allow; none where the stop is left to break-even, trailing, or a price. */
function stopBoundsBps({ plan }: Partial<Group>, stopBps: number | null): readonly number[] {
  const stop = plan?.stop ?? null;
  return [...(stopBps === null ? [] : [stopBps]), ...(stop?.kind === "bps" ? [stop.bps] : [])];
}

function checkStop(evidence: Evidence, group: Group, algo: AlgoOrder, stopBps: number): void {
  const spec = evidence.exchange.engine.specs.get(algo.symbol);
  const qtyBase = algo.lots * (spec?.lotBase ?? 1);
  // One market order takes no more than the venue's largest; the rest is closed after it.
  const most = (spec?.maxMarketLots ?? 0) * (spec?.lotBase ?? 1);
  if (Math.abs(qtyBase - Math.min(Number(group.qtyBase), most)) > 1e-9)
    evidence.fail(`the stop of ${group.groupId} guards ${qtyBase} of ${group.qtyBase}`);
  const tickUsd = Number(spec?.tickE8 ?? 1n) / 1e8;
  const entryUsd = Number(group.averageEntryUsd);
  const triggerUsd = algo.triggerTicks * tickUsd;
  // A stop that follows the price, or stands at break-even, may be beyond the entry in the position's favour.
  const distanceUsd = group.side === "long" ? entryUsd - triggerUsd : triggerUsd - entryUsd;
  if (distanceUsd > (entryUsd * stopBps) / BPS + 1e-9)
    evidence.fail(`the stop of ${group.groupId} rests ${distanceUsd} from its entry at ${entryUsd}`);
}

/** A position that a stop took is a loss, one that a take-profit took is none, and an alert must tell each as such. */
function checkTold(evidence: Evidence, accountId: string, ours: readonly AlgoOrder[]): void {
  const told = new Set(
    evidence
      .below<Alert>(`${paths.alerts(accountId)}/`)
      .map(([, { code, dedupeKey }]) => `${code}/${dedupeKey}`),
  );
  for (const { clientAlgoId, actualOrderId, orderType } of ours) {
    const code = orderType === "STOP_MARKET" ? "STOPPED_OUT" : "TAKE_PROFIT_TAKEN";
    const order = evidence.exchange.engine.state.orders.get(actualOrderId);
    if (order !== undefined && order.executedLots > 0 && !told.has(`${code}/${clientAlgoId}`))
      evidence.fail(`the exit ${clientAlgoId} of ${accountId} took a position, and no person was told`);
  }
}
