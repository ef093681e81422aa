// How a run ended: what must be the same with and without a strike, and what must hold however it went, beside the
// rules that are watched all along.
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { Receipt, StoredIntent } from "#domain/documents/signal.ts";
import { isEnded } from "#domain/lifecycle/order-lifecycle.ts";
import type { DocumentData } from "#ports/documents.ts";
import { isOurOrder } from "../in-our-name.ts";
import { ACCOUNT } from "./account.ts";
import type { Stage } from "./stage.ts";

/**
 * No watchdog runs in a trial: whether a pass finds it silent depends on how long the trial takes, and a strike changes that. So
 * do the limits of execution health, which count the orders and the doubts of a time.
 */
const BY_LENGTH_OF_TRIAL: ReadonlySet<string> = new Set([
  "WATCHDOG_SILENT",
  "EXECUTION_REJECTIONS_HIGH",
  "EXECUTION_UNKNOWN_HIGH",
  "EXECUTION_RESENDS_HIGH",
  "EXECUTION_DOUBT_LONG",
  "EXECUTION_WITHIN_LIMITS",
]);

/** The account's end state, apart from times and from the way to it. */
export interface Ending {
  readonly receipts: readonly string[];
  readonly orders: readonly string[];
  readonly groups: readonly string[];
  readonly alerts: readonly string[];
  readonly others: readonly string[];
  /** Entries that never reached the venue: none is sent again, so what they would have led to is missing. */
  readonly unsent: readonly string[];
}

export function endingOf(stage: Stage): Ending {
  const documents = stage.world.store.dump();
  const receipts = below<Receipt>(documents, paths.receipts(ACCOUNT));
  const control = documents[paths.control(ACCOUNT)] as unknown as ControlState;
  const kept = Object.keys(documents).filter((path) => /^(quarantine|deadLetters)\//.test(path));
  return {
    receipts: receipts
      .map(({ signalId, status, refusalCode, denials }) =>
        [signalId, status, refusalCode ?? "", ...denials.map(({ code }) => code)].join(" "),
      )
      .toSorted(),
    orders: below<Order>(documents, paths.orders(ACCOUNT))
      .map(({ request, status, filledQtyBase }) =>
        [request.clientOrderId, request.symbol, request.side, request.qtyBase, status, filledQtyBase].join(
          " ",
        ),
      )
      .toSorted(),
    groups: below<Group>(documents, paths.groups(ACCOUNT))
      .map(({ groupId, symbol, side, status, qtyBase }) => [groupId, symbol, side, status, qtyBase].join(" "))
      .toSorted(),
    alerts: [...new Set(below<Alert>(documents, `accounts/${ACCOUNT}/alerts`).map(({ code }) => code))]
      .filter((code) => !BY_LENGTH_OF_TRIAL.has(code))
      .toSorted(),
    others: [`${control.tradingState.state}, config ${control.configVersion}`, ...kept],
    unsent: below<Order>(documents, paths.orders(ACCOUNT))
      .filter(({ request }) => !request.reduceOnly && !isAtVenue(stage, request.clientOrderId))
      .map(({ request, status }) => `${request.clientOrderId} ${status}`)
      .toSorted(),
  };
}

function isAtVenue(stage: Stage, id: string): boolean {
  const orders = [...stage.world.exchange.engine.state.orders.values()];
  return orders.some(({ clientOrderId }) => clientOrderId === id);
}

/**
 * Differences from the end without a strike, in words. A strike may add alerts, never take one away. One that keeps an
 * entry from the venue, or ends it there in another way, changes everything that follows from the entry: then the
 * invariants and the state of trading are what is compared.
 */
export function differences(
  untouched: Ending,
  struck: Ending,
  mayDiffer: Readonly<Partial<Record<keyof Ending, string>>>,
): readonly string[] {
  const isOfEntry = untouched.unsent.join() !== struck.unsent.join();
  return (["receipts", "orders", "groups", "alerts", "others"] as const).flatMap((part) => {
    if (mayDiffer[part] !== undefined || (isOfEntry && part !== "others")) return [];
    const lacks = untouched[part].filter((line) => !struck[part].includes(line));
    const adds = part === "alerts" ? [] : struck[part].filter((line) => !untouched[part].includes(line));
    if (lacks.length + adds.length === 0) return [];
    return [`${part} end otherwise: without a strike [${lacks.join("; ")}], with it [${adds.join("; ")}]`];
  });
}

/** Holds at the end of every run, beyond the invariants of the simulator. */
export function endingFaults(stage: Stage): readonly string[] {
  const documents = stage.world.store.dump();
  const control = documents[paths.control(ACCOUNT)] as unknown as ControlState;
  const orders = below<Order>(documents, paths.orders(ACCOUNT));
  const receipts = below<Receipt>(documents, paths.receipts(ACCOUNT));
  const intents = below<StoredIntent>(documents, paths.intents(ACCOUNT));
  const faults: string[] = [];
  const { holderId, expiresAtMs } = control.lease;
  if (holderId !== null && expiresAtMs > stage.nowMs) faults.push(`the lease is still held by ${holderId}`);
  const live = orders.filter(({ status }) => !isEnded(status)).map(({ request }) => request.clientOrderId);
  const reserved = Object.keys(control.reservations);
  if (live.toSorted().join() !== reserved.toSorted().join())
    faults.push(`reserved are [${reserved.join()}], live are [${live.join()}]`);
  if (new Set(receipts.map(({ intent }) => intent?.intentId)).size !== receipts.length)
    faults.push("two receipts are of one intent");
  const known = new Set(receipts.map(({ intent }) => intent?.intentId));
  for (const { intent } of intents)
    if (!known.has(intent.intentId)) faults.push(`intent ${intent.intentId} has no receipt`);
  return [...faults, ...venueFaults(stage, orders)];
}

/** Every (intent, step) has one accepted order at the venue, and every order there is stored. */
function venueFaults(stage: Stage, orders: readonly Order[]): readonly string[] {
  const accepted = new Map<string, number>();
  for (const order of stage.world.exchange.engine.state.orders.values()) {
    const { clientOrderId } = order;
    if (isOurOrder(order)) accepted.set(clientOrderId, (accepted.get(clientOrderId) ?? 0) + 1);
  }
  const stored = new Set(orders.map(({ request }) => request.clientOrderId));
  const steps = orders.map(({ intentId, step }) => `${intentId} step ${step}`);
  return [
    ...[...accepted].flatMap(([id, count]) => {
      if (!stored.has(id)) return [`the venue has order ${id}, which is not stored`];
      return count > 1 ? [`the venue accepted ${id} ${count} times`] : [];
    }),
    ...(new Set(steps).size === steps.length ? [] : ["two orders are stored for one step of an intent"]),
  ];
}

function below<T>(documents: Readonly<Record<string, DocumentData>>, collection: string): readonly T[] {
  return Object.entries(documents)
    .filter(([path]) => path.startsWith(`${collection}/`))
    .map(([, data]) => data as T);
}
