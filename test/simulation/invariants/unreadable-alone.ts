// Rule 15, only itself (docs/RULES.md): while a document of one group cannot be read, the rest of its account goes on. Read
// from the matching engine, the account's other documents and its alerts.
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert } from "#domain/documents/records.ts";
import type { StoredIntent } from "#domain/documents/signal.ts";
import { configInForce, type Evidence, type Invariant } from "./invariant.ts";

/** Two passes of every schedule, and what they set off. */
const TIME_ENOUGH_MS = 180_000;
/** A pass that has nothing to say leaves its sign every five minutes. */
const BEAT_MS = 400_000;

export const unreadableStopsItself: Invariant = {
  rule: 15,
  name: "unreadableStopsItself",
  says: "With a group or an order that cannot be read, and no other fault for minutes, a flatten is flat at the venue, other symbols have their stops and their exits, NAV and reconcile run, and people are told which document it is.",
  watch: (evidence) => ({
    endured() {
      const accounts = new Set([...evidence.unreadable.values()].map(({ accountId }) => accountId));
      for (const accountId of accounts) checkAccount(evidence, accountId);
    },
  }),
};

function checkAccount(evidence: Evidence, accountId: string): void {
  const control = evidence.read<ControlState>(paths.control(accountId));
  if (control === null) return;
  const broken = new Set(
    [...evidence.unreadable.values()]
      .filter((each) => each.accountId === accountId)
      .map(({ symbol }) => symbol),
  );
  checkFlat(evidence, control);
  checkRuns(evidence, accountId);
  checkTold(evidence, control);
  checkExits(evidence, control, broken);
  checkStops(evidence, control, broken);
}

/** Symbols of which the venue holds enough for an order to close. */
function closable({ exchange: { engine } }: Evidence, accountId: string): readonly string[] {
  const positions = engine.state.accounts.get(accountId)?.positions ?? new Map();
  return [...positions].flatMap(([symbol, { lots }]) => {
    const spec = engine.specs.get(symbol);
    return spec !== undefined && Math.abs(lots) >= spec.minLots ? [symbol] : [];
  });
}

function isOld({ nowMs }: Evidence, atMs: number): boolean {
  return nowMs() - atMs > TIME_ENOUGH_MS;
}

function checkFlat(evidence: Evidence, { accountId, flatten }: ControlState): void {
  if (flatten === null || !isOld(evidence, flatten.orderedAtMs)) return;
  const held = closable(evidence, accountId);
  if (held.length > 0)
    evidence.fail(`${accountId} was to be flat long ago and holds ${held} beside an unreadable document`);
}

function checkRuns(evidence: Evidence, accountId: string): void {
  const nav = evidence.read<Nav>(paths.nav(accountId));
  if (nav === null || isOld(evidence, nav.checkedAtMs))
    evidence.fail(`no NAV of ${accountId} is written beside an unreadable document`);
  const beat = evidence.read<{ readonly endedAtMs: number }>(paths.telemetry(accountId, "reconcile"));
  if (beat === null || evidence.nowMs() - beat.endedAtMs > BEAT_MS)
    evidence.fail(`no reconcile pass of ${accountId} ends beside an unreadable document`);
}

/** As long as the account has it open; one that it has let go of is asked for no more. */
function checkTold(evidence: Evidence, { accountId, slots, reservations }: ControlState): void {
  const open = new Set([
    ...Object.keys(slots).map((id) => paths.group(accountId, id)),
    ...Object.keys(reservations).map((id) => paths.order(accountId, id)),
  ]);
  const alerts = evidence.below<Alert>(`${paths.alerts(accountId)}/`).map(([, alert]) => alert);
  for (const [path, { sinceMs }] of evidence.unreadable) {
    if (!open.has(path) || !isOld(evidence, sinceMs)) continue;
    const isTold = alerts.some(({ severity, message }) => severity === "critical" && message.includes(path));
    if (!isTold) evidence.fail(`${path} cannot be read, and no critical alert names it`);
  }
}

/** An exit that nothing stands against, and that was never looked at. */
function checkExits(evidence: Evidence, { accountId }: ControlState, broken: ReadonlySet<string>): void {
  for (const [path, { status, intent, denials, updatedAtMs }] of evidence.below<StoredIntent>(
    `${paths.intents(accountId)}/`,
  )) {
    if (status !== "INBOX" || denials.length > 0 || broken.has(intent.symbol)) continue;
    if (isOld(evidence, updatedAtMs)) evidence.fail(`${path} is undecided beside an unreadable document`);
  }
}

function checkStops(evidence: Evidence, control: ControlState, broken: ReadonlySet<string>): void {
  const { accountId } = control;
  const stopBps = configInForce(evidence, accountId)?.watchdog.protectiveStopBps ?? null;
  if (stopBps === null || control.flatten !== null) return;
  const held = new Set(closable(evidence, accountId));
  const guarded = new Set(
    [...evidence.exchange.engine.state.algoOrders.values()]
      .filter((algo) => algo.accountId === accountId && algo.status === "NEW")
      .map(({ symbol }) => symbol),
  );
  for (const [groupId, { symbol }] of Object.entries(control.slots)) {
    const group = evidence.read<Group>(paths.group(accountId, groupId));
    const isUnguarded = held.has(symbol) && !guarded.has(symbol) && !broken.has(symbol);
    if (group !== null && isUnguarded && isOld(evidence, group.updatedAtMs))
      evidence.fail(`no stop rests under ${symbol} of ${accountId} beside an unreadable document`);
  }
}
