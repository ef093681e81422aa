// Rule 7, nothing in silence (docs/RULES.md): everything that came in leaves a trace and takes effect once.
import type { Command } from "#domain/documents/command.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, DeadLetter, JournalEntry, Quarantined } from "#domain/documents/records.ts";
import type { Intent, Receipt, StoredIntent } from "#domain/documents/signal.ts";
import { isEnded, isUnresolved } from "#domain/lifecycle/order-lifecycle.ts";
import {
  type Change,
  CLOCK_TOLERANCE_MS,
  configInForce,
  type Evidence,
  type Invariant,
} from "./invariant.ts";

const CANCEL_ORDER = "DELETE /fapi/v1/order";
const WITH_RECEIPT = new Set([200, 202, 400, 409, 422]);
const FINAL_RECEIPTS = new Set(["REFUSED", "DENIED", "ORDERED", "EXPIRED"]);
const FINAL_INTENTS = new Set(["DECIDED", "DENIED", "EXPIRED"]);

export const nothingIsDroppedInSilence: Invariant = {
  rule: 7,
  name: "nothingIsDroppedInSilence",
  says: "Every received signal leaves one receipt, is decided once and to its end; every denial, rejection and alert is recorded.",
  watch(evidence) {
    const receipts = new Map<string, string>();
    return {
      answered({ key, hook }, { status, body }) {
        if (!WITH_RECEIPT.has(status) || body.receiptId === undefined) return;
        const path = paths.receipt(hook.accountId, body.receiptId);
        if (evidence.read(path) === null)
          return evidence.fail(`${key} was answered ${status} ${body.code}, but has no receipt`);
        const known = receipts.get(key) ?? body.receiptId;
        receipts.set(key, known);
        if (known !== body.receiptId)
          evidence.fail(`${key} left two receipts, ${known} and ${body.receiptId}`);
      },
      landed({ changes }) {
        for (const change of changes) {
          if (change.path.includes("/receipts/")) checkReceipt(evidence, change);
          else if (change.path.includes("/intents/")) checkIntent(evidence, change);
          else if (change.path.includes("/groups/")) checkMarks(evidence, change);
        }
      },
      left({ name, accountId, fields }) {
        if (name === CANCEL_ORDER) checkCancel(evidence, accountId, fields.get("origClientOrderId") ?? "");
      },
      healed() {
        for (const { profile } of evidence.setup.accounts) checkAccount(evidence, profile.accountId);
        checkMessages(evidence);
      },
    };
  },
};

/** A route says first why it withdraws its own order: to follow the touch, or because its time for resting is over. */
function isWithdrawnByItsRoute(evidence: Evidence, accountId: string, { groupId, request }: Order): boolean {
  const legs = evidence.read<Group>(paths.group(accountId, groupId))?.legs ?? [];
  const route = legs.find(({ clientOrderId }) => clientOrderId === request.clientOrderId)?.route ?? null;
  if (route === null || route.cancelling === null) return false;
  // The cause was looked for when the mark landed; the exit may be decided, or refused, by the time of the cancel.
  if (route.cancelling === "exit") return true;
  return route.cancelling === "repeg" || evidence.nowMs() >= route.restsUntilMs - CLOCK_TOLERANCE_MS;
}

/** An order of a route is marked for an exit where it might be cancelled for one. */
function checkMarks(evidence: Evidence, { accountId, before, after }: Change): void {
  const idsOf = (group: Group | null): readonly string[] =>
    (group?.legs ?? [])
      // An earlier release had no routes.
      .filter((leg) => (leg as Partial<typeof leg>).route?.cancelling === "exit")
      .flatMap(({ clientOrderId }) => clientOrderId ?? []);
  const known = idsOf(before as unknown as Group | null);
  for (const id of idsOf(after as unknown as Group | null))
    if (!known.includes(id)) checkCause(evidence, accountId ?? "", id);
}

function checkCancel(evidence: Evidence, accountId: string, id: string): void {
  const order = evidence.read<Order>(paths.order(accountId, id));
  if (order !== null && isWithdrawnByItsRoute(evidence, accountId, order)) return;
  if (order !== null && isFollowedExit(evidence, accountId, order)) return;
  checkCause(evidence, accountId, id);
}

/** Of an exit that rests nothing is dropped while its wish is stored: another order of it follows. */
function isFollowedExit(evidence: Evidence, accountId: string, { groupId, request }: Order): boolean {
  const group = evidence.read<Group>(paths.group(accountId, groupId));
  return request.reduceOnly && request.timeInForce === "GTX" && (group?.closing ?? null) !== null;
}

/** An order is cancelled because it rested too long, for a flatten, for a reduction or a smaller target not decided before, or in doubt. */
function checkCause(evidence: Evidence, accountId: string, id: string): void {
  const order = evidence.read<Order>(paths.order(accountId, id));
  const config = configInForce(evidence, accountId);
  if (order === null || config === null || isEnded(order.status)) return;
  // An entry of which the venue's look-up knows nothing must not rest anywhere.
  const isInDoubt = isUnresolved(order.status) && evidence.nowMs() > order.sendDeadlineMs;
  if (isInDoubt && !order.request.reduceOnly) return;
  // A flatten cancels whatever rests.
  if (evidence.read<ControlState>(paths.control(accountId))?.flatten != null) return;
  // The watchdog closes a group that lost too much or grew too old, and says so first.
  if (isClosedByWatchdog(evidence, accountId, order.groupId)) return;
  // Resting entries leave before a commanded close takes its share.
  if (isClosedByCommand(evidence, accountId, order)) return;
  if (evidence.nowMs() - order.createdAtMs >= config.workingLimitMs - CLOCK_TOLERANCE_MS) return;
  const causes = evidence.below<Receipt>(`${paths.receipts(accountId)}/`).filter(([, { intent }]) => {
    if (intent === null || intent.symbol !== order.request.symbol) return false;
    // An entry against the strategy's own position leaves that first.
    const turns = intent.side !== (order.request.side === "buy" ? "long" : "short");
    if (intent.action === "open" && !turns && !wantsLess(evidence, order, intent)) return false;
    const stored = evidence.read<StoredIntent>(paths.intent(accountId, intent.intentId));
    return stored === null || stored.status === "INBOX";
  });
  if (causes.length === 0) evidence.fail(`${id} is cancelled for an intent that was decided before`);
}

/** A target on the side of the position that this order would pass, at the engine. */
function wantsLess(
  { exchange: { engine } }: Evidence,
  { accountId, request }: Order,
  { size }: Intent,
): boolean {
  if (size.kind !== "targetBase") return false;
  const lots = engine.state.accounts.get(accountId)?.positions.get(request.symbol)?.lots ?? 0;
  const heldBase = Math.abs(lots) * (engine.specs.get(request.symbol)?.lotBase ?? 0);
  return Number(size.targetBase) < heldBase + Number(request.qtyBase);
}

const CLOSES_GROUPS: ReadonlySet<string> = new Set(["WATCHDOG_GROUP_STOPLOSS", "WATCHDOG_GROUP_TIME_LIMIT"]);

function isClosedByWatchdog(evidence: Evidence, accountId: string, groupId: string): boolean {
  const alerts = evidence.below<Alert>(`${paths.alerts(accountId)}/`);
  return alerts.some(([, { code, dedupeKey }]) => CLOSES_GROUPS.has(code) && dedupeKey.startsWith(groupId));
}

/** By a command that was carried out after the entry had been stored. */
function isClosedByCommand(evidence: Evidence, accountId: string, { groupId, createdAtMs }: Order): boolean {
  const commands = evidence.below<Command>(`${paths.commands(accountId)}/`);
  return commands.some(
    ([, { status, request, endedAtMs }]) =>
      status === "DONE" &&
      request.kind === "close_position" &&
      request.groupId === groupId &&
      (endedAtMs ?? 0) >= createdAtMs,
  );
}

function checkReceipt(evidence: Evidence, { path, before: was, after: is }: Change): undefined {
  const before = was as unknown as Receipt | null;
  const after = is as unknown as Receipt | null;
  if (after === null) return evidence.fail(`${path} was deleted`);
  if (before !== null && FINAL_RECEIPTS.has(before.status) && after.status !== before.status)
    evidence.fail(`${path} went from ${before.status} to ${after.status}`);
  if (after.status === "DENIED" && after.denials.length === 0)
    evidence.fail(`${path} is denied without a reason`);
}

function checkIntent(evidence: Evidence, { path, before: was, after: is }: Change): undefined {
  const before = was as unknown as StoredIntent | null;
  const after = is as unknown as StoredIntent | null;
  if (after === null) return evidence.fail(`${path} was deleted`);
  if (before !== null && FINAL_INTENTS.has(before.status))
    evidence.fail(`${path} was decided twice: ${before.status}, then ${after.status}`);
  if (after.status === "DENIED" && after.denials.length === 0)
    evidence.fail(`${path} is denied without a reason`);
}

function checkAccount(evidence: Evidence, accountId: string): void {
  const control = evidence.read<ControlState>(paths.control(accountId));
  // Under a halt exits wait for a person.
  const isHalted = control?.tradingState.state === "HALTED";
  for (const [path, receipt] of evidence.below<Receipt>(`${paths.receipts(accountId)}/`))
    checkFate(evidence, accountId, [path, receipt], isHalted);
  const waiting = checkWaiting(evidence, accountId, isHalted);
  for (const [path, { status, rejection }] of evidence.below<Order>(`${paths.orders(accountId)}/`)) {
    if (status === "REJECTED" && rejection === null) evidence.fail(`${path} is rejected without a reason`);
  }
  const { inbox } = control ?? { inbox: null };
  if (inbox !== null && inbox.storedCount !== inbox.takenCount + waiting)
    evidence.fail(
      `${accountId} counts ${inbox.storedCount} stored and ${inbox.takenCount} taken intents, ${waiting} wait`,
    );
  if (control !== null && control.waitingCount !== waiting)
    evidence.fail(`${accountId} counts ${control.waitingCount} waiting intents, ${waiting} wait`);
  checkAdjustments(evidence, accountId);
}

/** A receipt after everything has had its time. */
function checkFate(
  evidence: Evidence,
  accountId: string,
  [path, receipt]: readonly [string, Receipt],
  isHalted: boolean,
): void {
  // A queued entry may outlast the run (queuedEntriesEndOnce).
  const waits = (isHalted && receipt.status === "WAITING") || receipt.status === "QUEUED";
  if (!FINAL_RECEIPTS.has(receipt.status) && !waits) evidence.fail(`${path} is still ${receipt.status}`);
  if (receipt.intent === null) return;
  if (
    receipt.status === "ORDERED" &&
    evidence.read(paths.order(accountId, receipt.clientOrderId ?? "")) === null
  )
    evidence.fail(`${path} names the order ${receipt.clientOrderId}, which does not exist`);
  const intent = evidence.read<StoredIntent>(paths.intent(accountId, receipt.intent.intentId));
  if (intent === null) evidence.fail(`${path} is ${receipt.status}, but its intent was never decided`);
  else if ((receipt.status === "QUEUED") !== (intent.status === "QUEUED"))
    evidence.fail(`${path} is ${receipt.status}, its intent ${intent.status}`);
  else if ((receipt.status === "ORDERED") !== (intent.status === "DECIDED"))
    evidence.fail(`${path} is ${receipt.status}, its intent ${intent.status}`);
}

/** How many intents wait; only exits may, and only for a person to end the halt. */
function checkWaiting(evidence: Evidence, accountId: string, isHalted: boolean): number {
  const waiting = evidence
    .below<StoredIntent>(`${paths.intents(accountId)}/`)
    .filter(([, { status }]) => status === "INBOX");
  for (const [path, { denials }] of waiting)
    if (!isHalted || !denials.some(({ code }) => code === "TRADING_HALTED"))
      evidence.fail(`${path} still waits`);
  return waiting.length;
}

/** The venue was believed over the books: somebody has to be told. */
function checkAdjustments(evidence: Evidence, accountId: string): void {
  const adjusted = evidence
    .below<JournalEntry>(`accounts/${accountId}/journal/`)
    .filter(([, { kind }]) => kind === "POSITION_ADJUSTED");
  if (adjusted.length === 0) return;
  const alerts = evidence
    .below<Alert>(`accounts/${accountId}/alerts/`)
    .filter(([, { code }]) => code === "POSITION_ADJUSTED");
  if (alerts.length === 0)
    evidence.fail(`${accountId}'s position was adjusted ${adjusted.length} times without an alert`);
}

function checkMessages(evidence: Evidence): void {
  const quarantined = evidence
    .below<Quarantined>("quarantine/")
    .filter(([, { source }]) => source === "intents");
  if (quarantined.length < evidence.strayMessages.length)
    evidence.fail(
      `${evidence.strayMessages.length} unreadable messages, ${quarantined.length} in quarantine`,
    );
  const told = evidence
    .below<Alert>("accounts/")
    .filter(([path, { code }]) => path.includes("/alerts/") && code === "MESSAGE_QUARANTINED");
  for (const [path, { quarantineId }] of quarantined) {
    if (!told.some(([, { remedy }]) => remedy.includes(quarantineId)))
      evidence.fail(`no person was told of ${path}`);
  }
  for (const [path, letter] of evidence.below<DeadLetter>("deadLetters/")) {
    const alerts = evidence.below<Alert>(`accounts/${letter.accountId}/alerts/`);
    if (
      !alerts.some(
        ([, { code, remedy }]) => code === "MESSAGE_DEAD_LETTERED" && remedy.includes(letter.deadLetterId),
      )
    )
      evidence.fail(`no person was told of ${path}`);
  }
}
