// Rule 2, never beyond plan, rule 5, fresh ground, and rule 7, nothing in silence (docs/RULES.md), for offset plans: from the plan
// as its first commit stored it, the matching engine's trades, and the documents that stood against it.
import type { Group } from "#domain/documents/group.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { OffsetPlan } from "#domain/documents/offset.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Alert, JournalEntry } from "#domain/documents/records.ts";
import { isGroupEnded } from "#domain/lifecycle/group-lifecycle.ts";
import { configOf, type Evidence, type Invariant, type Landed, NEW_ORDER } from "./invariant.ts";
import {
  broughtUsd,
  type PlanChange,
  planChange,
  type SeenPlan,
  seenPlan,
  tookBase,
} from "./offset-truth.ts";

const ROUNDING = 1e-9;
/** Fees are rounded by the venue, averages by us: a thousandth of a cent. */
const ROUNDING_USD = 1e-5;
const BPS_PER_UNIT = 10_000;
/** Longer than an instance stands still and a call takes, so that a decision was made with it in sight. */
const IN_SIGHT_MS = 120_000;
/** After its time is over: to the next pass, with a lease that has to run out before. */
const TO_ITS_END_MS = 120_000;
const ENDS: ReadonlySet<string> = new Set(["OFFSET_DONE", "OFFSET_ENDED", "OFFSET_HALF_DONE"]);

/** Plans by account, from the commit that brings them. */
class Plans {
  readonly #evidence: Evidence;
  readonly seen: SeenPlan[] = [];

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  note({ accountId, before, after }: PlanChange): SeenPlan | null {
    if (before === null && after !== null) this.seen.push(seenPlan(this.#evidence, accountId, after));
    return this.#of(accountId, (before ?? after)?.offsetId);
  }

  #of(accountId: string, offsetId: string | undefined): SeenPlan | null {
    return (
      this.seen.findLast((each) => each.accountId === accountId && each.plan.offsetId === offsetId) ?? null
    );
  }
}

export const offsetsStayWithinPlan: Invariant = {
  rule: 2,
  name: "offsetsStayWithinPlan",
  says: "A plan of an offset stays as it was made, and its orders take of each position at most what it says; no order of an offset is stored without its plan.",
  watch(evidence) {
    const plans = new Plans(evidence);
    const check = (): void => {
      for (const seen of plans.seen) for (const part of seen.parts.values()) checkPart(evidence, seen, part);
    };
    return {
      landed(commit) {
        const change = planChange(commit);
        if (change === null) return;
        const seen = plans.note(change);
        const { before, after } = change;
        if (before !== null && after !== null && JSON.stringify(before) !== JSON.stringify(after))
          evidence.fail(`the plan ${before.offsetId} has changed`);
        const order = orderOf(commit);
        // One that was under way before anybody watched is not known.
        const isKnown = seen !== null || before === null;
        if (order !== null && isKnown && !ownsOrder(seen, order))
          evidence.fail(`${order.request.clientOrderId} is of an offset, and of no plan that is under way`);
      },
      handled({ name }) {
        if (name === NEW_ORDER) check();
      },
      healed: check,
    };
  },
};

function checkPart(
  evidence: Evidence,
  seen: SeenPlan,
  part: SeenPlan["parts"] extends ReadonlyMap<string, infer Of> ? Of : never,
): void {
  const { heldBase, targetBase, symbol } = part.leg;
  const took = tookBase(evidence, seen, part);
  if (took > Number(heldBase) - Number(targetBase) + ROUNDING)
    evidence.fail(
      `${seen.plan.offsetId} took ${took} ${symbol} of ${heldBase}, down to ${targetBase} was planned`,
    );
}

/** An order of an offset that the commit creates. */
function orderOf({ changes }: Landed): Order | null {
  const created = changes.find(({ path, before }) => path.includes("/orders/") && before === null);
  const order = (created?.after ?? null) as unknown as Order | null;
  return order?.exitReason === "offset" ? order : null;
}

function ownsOrder(seen: SeenPlan | null, { groupId, request }: Order): boolean {
  return seen?.parts.get(groupId)?.ownIds.has(request.clientOrderId) ?? false;
}

export const losersArePaidFor: Invariant = {
  rule: 2,
  name: "losersArePaidFor",
  says: "A loser is closed only after its winners, and only while their sum after the engine's fees covers what closing it costs at its order's limit; a plan that is told as done has closed them all, and its sum is no loss.",
  watch(evidence) {
    const plans = new Plans(evidence);
    return {
      landed(commit) {
        const change = planChange(commit);
        if (change === null) return;
        const seen = plans.note(change);
        const order = orderOf(commit);
        if (seen === null) return;
        if (order !== null && order.groupId === seen.plan.loser.groupId)
          checkPaid(evidence, seen, order, commit);
        if (kindOf(commit) === "OFFSET_DONE") checkDone(evidence, seen);
      },
    };
  },
};

function kindOf({ changes }: Landed): string | null {
  const entry = changes.find(({ path, before }) => path.includes("/journal/") && before === null);
  return (entry?.after as unknown as JournalEntry | undefined)?.kind ?? null;
}

/** At most: a trade that took from a position at a loss may not have been heard of. */
function sumUsd(evidence: Evidence, seen: SeenPlan): number {
  return [...seen.parts.values()].reduce((sum, part) => {
    const { ownUsd, otherUsd } = broughtUsd(evidence, seen, part);
    return sum + ownUsd + Math.max(0, otherUsd);
  }, 0);
}

function checkPaid(evidence: Evidence, seen: SeenPlan, { request }: Order, { changes }: Landed): void {
  const { plan, accountId, parts } = seen;
  const early = plan.winners.find((leg) => leftBase(evidence, accountId, leg) > 0);
  if (early !== undefined)
    evidence.fail(`${plan.offsetId} closes its loser before its winner ${early.symbol}`);
  const path = paths.group(accountId, plan.loser.groupId);
  const group = changes.find((change) => change.path === path)?.before as unknown as Group | undefined;
  const entryUsd = parts.get(plan.loser.groupId)?.entryUsd ?? Number.NaN;
  const limitUsd = Number(request.priceUsd);
  const openBase = Number(group?.qtyBase ?? Number.NaN);
  const sign = plan.loser.side === "long" ? 1 : -1;
  // The engine's fee is the one that the workload's configs name.
  const account = evidence.setup.accounts.find(({ profile }) => profile.accountId === accountId);
  const feeBps = account?.config.offset?.feeBps ?? 0;
  const worstUsd = ((limitUsd - entryUsd) * sign - (limitUsd * feeBps) / BPS_PER_UNIT) * openBase;
  const paidUsd = sumUsd(evidence, seen);
  if (paidUsd + worstUsd < -ROUNDING_USD)
    evidence.fail(
      `${plan.offsetId} closes ${openBase} of its loser at ${limitUsd} for ${worstUsd} USD, realised are ${paidUsd}`,
    );
}

/** Of a position, still above its target by more than an order can close. */
function leftBase(evidence: Evidence, accountId: string, leg: OffsetPlan["loser"]): number {
  const { groupId, targetBase, symbol } = leg;
  const group = evidence.read<Group>(paths.group(accountId, groupId));
  if (group === null || isGroupEnded(group.status)) return 0;
  const spec = evidence.exchange.engine.specs.get(symbol);
  const left = Number(group.qtyBase) - Number(targetBase);
  return left > (spec?.minLots ?? 0) * (spec?.lotBase ?? 0) - ROUNDING ? left : 0;
}

function checkDone(evidence: Evidence, seen: SeenPlan): void {
  const { plan, accountId } = seen;
  const open = [...plan.winners, plan.loser].find((leg) => leftBase(evidence, accountId, leg) > 0);
  if (open !== undefined) evidence.fail(`${plan.offsetId} is told as done, and ${open.symbol} is not`);
  const sum = sumUsd(evidence, seen);
  if (sum < -ROUNDING_USD) evidence.fail(`${plan.offsetId} is told as done, and lost ${-sum} USD`);
}

export const offsetsEndTold: Invariant = {
  rule: 7,
  name: "offsetsEndTold",
  says: "A plan of an offset leaves the control document only in the commit that journals its end and raises the alert of it, a critical one where winners were closed and the loser was not; it is over soon after its time.",
  watch(evidence) {
    const plans = new Plans(evidence);
    return {
      landed(commit) {
        const change = planChange(commit);
        if (change === null) return;
        const seen = plans.note(change);
        const { before, after } = change;
        if (seen !== null && before !== null && after?.offsetId !== before.offsetId)
          checkEnd(evidence, seen, commit);
      },
      healed() {
        for (const { plan, accountId, isOver } of plans.seen)
          if (!isOver && evidence.scheduledUntilMs() > plan.expiresAtMs + TO_ITS_END_MS)
            evidence.fail(
              `${plan.offsetId} of ${accountId} is still under way, ${plan.expiresAtMs} was its end`,
            );
      },
    };
  },
};

function checkEnd(evidence: Evidence, seen: SeenPlan, commit: Landed): undefined {
  seen.isOver = true;
  const { plan, accountId, parts } = seen;
  const kind = kindOf(commit);
  const raised = commit.changes
    .filter(({ path }) => path.startsWith(`${paths.alerts(accountId)}/`))
    .flatMap(({ after }) => (after === null ? [] : [after as unknown as Alert]));
  const told = raised.find(({ code }) => ENDS.has(code));
  if (told === undefined || (kind !== "OFFSET_DONE" && kind !== "OFFSET_ENDED"))
    return evidence.fail(`the plan ${plan.offsetId} is gone, and nobody is told (${kind})`);
  const closed = plan.winners.some(({ groupId }) => {
    const part = parts.get(groupId);
    return part !== undefined && tookBase(evidence, seen, part) > 0;
  });
  if (told.code === "OFFSET_ENDED" && closed && kind === "OFFSET_ENDED")
    evidence.fail(`${plan.offsetId} closed parts of winners, and is told as if it had closed nothing`);
}

export const offsetsNeedAnAccountThatIsWell: Invariant = {
  rule: 5,
  name: "offsetsNeedAnAccountThatIsWell",
  says: "No offset begins, and none sends an order, while trading is not ACTIVE or a flatten is under way; nor while a critical alert has been open, or NAV has been stale or too old, for longer than any decision takes.",
  watch(evidence) {
    const unwellSinceMs = new Map<string, number>();
    const note = (key: string, isUnwell: boolean): void => {
      if (!isUnwell) unwellSinceMs.delete(key);
      else if (!unwellSinceMs.has(key)) unwellSinceMs.set(key, evidence.nowMs());
    };
    return {
      landed(commit) {
        const change = planChange(commit);
        const begins = change?.before === null && change.after !== null;
        if (change !== null && (begins || orderOf(commit) !== null))
          checkWell(evidence, change, unwellSinceMs);
        for (const { path, accountId, after } of commit.changes) {
          if (accountId === null) continue;
          if (path === paths.nav(accountId)) note(path, after?.stale !== false);
          if (path.startsWith(`${paths.alerts(accountId)}/`))
            note(path, after?.severity === "critical" && after.acknowledgedAtMs === null);
        }
      },
    };
  },
};

function checkWell(
  evidence: Evidence,
  { accountId, control, before, after }: PlanChange,
  unwellSinceMs: ReadonlyMap<string, number>,
): void {
  const id = (before ?? after)?.offsetId;
  const { state } = control.tradingState;
  if (state !== "ACTIVE" || control.flatten !== null)
    evidence.fail(
      `${id} goes on while ${accountId} is ${state}${control.flatten === null ? "" : " and flattens"}`,
    );
  const limitMs = evidence.nowMs() - IN_SIGHT_MS;
  const unwell = [...unwellSinceMs].find(
    ([path, sinceMs]) => path.startsWith(`accounts/${accountId}/`) && sinceMs < limitMs,
  );
  if (unwell !== undefined) evidence.fail(`${id} goes on in spite of ${unwell[0]}, open since ${unwell[1]}`);
  const asOfMs = evidence.read<Nav>(paths.nav(accountId))?.asOfMs ?? 0;
  const maxAgeMs = configOf(evidence, accountId, control.configVersion)?.maxNavAgeMs ?? 0;
  if (limitMs - asOfMs > maxAgeMs) evidence.fail(`${id} goes on with a NAV of ${asOfMs}`);
}
