// Words for the parts of a run's moment that an upgrade could break: `order SUBMITTING`, `lock ErrorBurst`.
// Read from the stored documents alone, so that a recording can be judged by the same words as the run it was
// taken from.
import type { Command } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Nav, NavSeries } from "#domain/documents/nav.ts";
import type { Order } from "#domain/documents/order.ts";
import type { Alert, DeadLetter } from "#domain/documents/records.ts";
import type { Receipt, StoredIntent } from "#domain/documents/signal.ts";
import type { OutboxItem } from "#domain/telling/outbox.ts";
import type { DocumentData } from "#ports/documents.ts";
import { kindsOf } from "./path-kinds.ts";

const SEVERAL = 2;

type Reader = (data: never, nowMs: number, add: (word: string) => void, path: string) => void;

const READERS: Readonly<Record<string, Reader>> = {
  control: ofControl as Reader,
  nav: ((nav: Nav, _nowMs, add) => {
    add(nav.stale ? "nav stale" : "nav good");
    if (nav.positions?.length > 0) add("nav with positions");
    if (nav.recent?.length > 0) add("nav with samples not packed");
    if (nav.unexplained != null) add("nav unexplained");
  }) as Reader,
  navSeries: ((series: NavSeries, _nowMs, add) => {
    if (series.atMs.length > 1) add("series of several samples");
    if (series.adjustments.length > 0) add("series adjusted");
  }) as Reader,
  order: ofOrder as Reader,
  group: ((group: Group, _nowMs, add) => {
    add(`group ${group.status}`);
    if (group.stop !== null) add(`stop ${group.stop.status}`);
    if (group.exitReason !== null) add(`exit ${group.exitReason}`);
  }) as Reader,
  intent: (({ status }: StoredIntent, _nowMs, add) => add(`intent ${status}`)) as Reader,
  receipt: ((receipt: Receipt, _nowMs, add) => {
    add(`receipt ${receipt.status}`);
    if (receipt.refusalCode !== null) add(`refused ${receipt.refusalCode}`);
  }) as Reader,
  command: ((command: Command, nowMs, add) => {
    const isOpen = command.status !== "UNCONFIRMED" || command.expiresAtMs > nowMs;
    add(`command ${command.status}${isOpen ? "" : " too late"}`);
    add(`asked ${command.request.kind}`);
  }) as Reader,
  outboxItem: (({ status, attempts }: OutboxItem, _nowMs, add) => {
    add(`outbox ${status}`);
    if (status === "PENDING" && attempts > 0) add("outbox tried in vain");
  }) as Reader,
  alert: (({ severity, code, acknowledgedAtMs }: Alert, _nowMs, add) => {
    add(`alert ${severity}`);
    add(`told ${code}`);
    if (acknowledgedAtMs !== null) add("alert acknowledged");
  }) as Reader,
  deadLetter: (({ topic }: DeadLetter, _nowMs, add) => add(`dead letter of ${topic}`)) as Reader,
};

/** Words, sorted, with how often each occurs. */
export function heldIn(
  documents: Readonly<Record<string, DocumentData>>,
  nowMs: number,
): ReadonlyMap<string, number> {
  const words = new Map<string, number>();
  const add = (word: string): void => void words.set(word, (words.get(word) ?? 0) + 1);
  for (const [path, data] of Object.entries(documents)) {
    const [kind] = kindsOf([path]).found.keys();
    if (kind === undefined) throw new Error(`${path} is of no kind that the release knows`);
    add(`document ${kind}`);
    // Broken on purpose by a run; it has no fields to look at.
    if (data.broken === true) add(`broken ${kind}`);
    else READERS[kind]?.(data as never, nowMs, add, path);
  }
  return new Map([...words].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function ofOrder(
  { status, request, rejection, absences }: Order,
  _nowMs: number,
  add: (word: string) => void,
): void {
  add(`order ${status}`);
  const isWorking = status === "ACCEPTED" || status === "PARTIALLY_FILLED";
  if (isWorking) add(request.type === "limit" ? "working limit order" : "working market order");
  if (isWorking && request.reduceOnly) add("working reduction");
  if (status === "SUBMIT_UNKNOWN" && absences.count > 0) add("order denied once");
  if (rejection !== null) add("order with rejection");
}

/** Words of the control document that hold or not. */
const OF_CONTROL: Readonly<Record<string, (control: ControlState, nowMs: number) => boolean>> = {
  "state that ends by itself": ({ tradingState }) => tradingState.resumeAtMs !== null,
  "lease of a dead holder": ({ lease }, nowMs) => lease.holderId !== null && lease.expiresAtMs > nowMs,
  "several groups open": ({ slots }) => Object.keys(slots).length >= SEVERAL,
  reservation: ({ reservations }) => Object.keys(reservations).length > 0,
  "stop to cancel": ({ stopsToCancel }) => Object.keys(stopsToCancel).length > 0,
  "closed trades": ({ protections }) => protections.trades.length > 0,
  veto: ({ throttles }, nowMs) => Object.values(throttles.vetoedUntilMs).some((untilMs) => untilMs > nowMs),
  "errors counted": ({ throttles }) => throttles.errorAtMs.length > 0,
  "sends counted": ({ throttles }) => throttles.orderSentAtMs.length > 0,
  "venue ban": ({ throttles }, nowMs) => throttles.venueBannedUntilMs > nowMs,
  session: ({ session }) => session !== null,
  "session with horizon and stop-loss": ({ session }) =>
    session !== null && session.horizonAtMs !== null && session.stopLossNavUsd !== null,
  flatten: ({ flatten }) => flatten !== null,
  "flatten with steps": ({ flatten }) => flatten !== null && flatten.step > 0,
  "daily loss": ({ dailyLossDay }) => dailyLossDay !== null,
  "config changed": ({ configVersion }) => configVersion > 1,
  "telemetry failing": ({ telemetryFailingSinceMs }) => telemetryFailingSinceMs !== null,
  "inbox not empty": ({ inbox }) => inbox.storedCount !== inbox.takenCount,
  "command not taken": ({ commands }) => commands.storedCount !== commands.takenCount,
};

function ofControl(control: ControlState, nowMs: number, add: (word: string) => void): void {
  const { protections, tradingState, drawdownGrade } = control;
  add(`state ${tradingState.state} by ${tradingState.cause}`);
  for (const { protection, untilMs } of protections.locks) if (untilMs > nowMs) add(`lock ${protection}`);
  if (drawdownGrade !== "NONE") add(`grade ${drawdownGrade}`);
  for (const [word, isHeld] of Object.entries(OF_CONTROL)) if (isHeld(control, nowMs)) add(word);
}
