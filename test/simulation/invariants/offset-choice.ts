// Rule 12, one moment, and now (docs/RULES.md), for offsets: which position is closed, and which ones pay for it. From the prices
// that the process got last before it stored the plan, and plain arithmetic on what is held.
import type { HttpResponse } from "#adapters/http/http-transport.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { OffsetConfig, OffsetPlan } from "#domain/documents/offset.ts";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Receipt } from "#domain/documents/signal.ts";
import type { WireRequest } from "../ports/venue-transport.ts";
import { CLOCK_TOLERANCE_MS, configOf, type Evidence, type Invariant, type Landed } from "./invariant.ts";
import { PRICES } from "./looks.ts";
import { planChange } from "./offset-truth.ts";

const BPS_PER_UNIT = 10_000;
/** Of shares and of USD, far above what numbers lose in a sum, far below a tick's worth of any position here. */
const ROUNDING = 1e-9;
/** Costs of a close and its loss to the venue's steps: a winner that brings less than this may count as none. */
const COSTS_DOUBLED = 2;

interface Quote {
  readonly bidUsd: number;
  readonly askUsd: number;
  readonly dateMs: number;
}

interface Position {
  readonly group: Group;
  readonly profitUsd: number;
  readonly lossShare: number;
  readonly valueUsd: number;
  /** Whether every condition of a loser surely holds, surely fails, or stands too near to tell. */
  readonly asLoser: "holds" | "fails" | "near";
}

export const offsetsNameTheAuditedLoser: Invariant = {
  rule: 12,
  name: "offsetsNameTheAuditedLoser",
  says: "The loser of an offset is the position with the largest loss in percent of its cost, then in USD, then the oldest, among those that meet the config's conditions; its winners are those with the largest profit in USD, no more than configured: on the prices that the process was given last.",
  watch(evidence) {
    const quotes = new Map<string, Map<string, Quote>>();
    return {
      received(request, response) {
        if (request.name === PRICES) note(quotes, request, response);
      },
      landed(commit) {
        const change = planChange(commit);
        if (change?.after == null || change.before !== null || commit.process === null) return;
        const given = quotes.get(`${commit.process.id}|${change.accountId}`) ?? new Map();
        checkPlan(evidence, change.after, { commit, given, control: change.control });
      },
    };
  },
};

function note(
  quotes: Map<string, Map<string, Quote>>,
  { process, accountId }: WireRequest,
  response: HttpResponse | null,
): void {
  const key = `${process.id}|${accountId}`;
  const known = quotes.get(key) ?? new Map<string, Quote>();
  quotes.set(key, known);
  for (const row of rowsOf(response)) {
    const [bidUsd, askUsd, dateMs] = [Number(row.bidPrice), Number(row.askPrice), Number(row.time)];
    if (bidUsd > 0 && askUsd > 0) known.set(String(row.symbol), { bidUsd, askUsd, dateMs });
    else known.delete(String(row.symbol));
  }
}

/** One row, or all of them; none of an answer that no reader could use. */
function rowsOf(response: HttpResponse | null): readonly Readonly<Record<string, unknown>>[] {
  if (response?.status !== 200) return [];
  try {
    const body = JSON.parse(response.body) as unknown;
    const rows: readonly unknown[] = Array.isArray(body) ? body : [body];
    return rows.filter((row): row is Record<string, unknown> => typeof row === "object" && row !== null);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

interface Ground {
  readonly commit: Landed;
  readonly given: ReadonlyMap<string, Quote>;
  readonly control: ControlState;
}

function checkPlan(evidence: Evidence, plan: OffsetPlan, ground: Ground): undefined {
  const { accountId, configVersion } = ground.control;
  const config = configOf(evidence, accountId, configVersion);
  const offset = config?.offset ?? null;
  if (config === null || offset === null)
    return evidence.fail(`${plan.offsetId} was planned although config ${configVersion} has no offset`);
  const positions = evidence
    .below<Group>(`${paths.groups(accountId)}/`)
    .flatMap(([path, group]) => positionOf(evidence, group, path, { ...ground, config, offset }) ?? []);
  const loser = positions.find(({ group }) => group.groupId === plan.loser.groupId);
  if (loser === undefined)
    return evidence.fail(
      `${plan.offsetId} closes ${plan.loser.symbol}, which has no price or may not be in it`,
    );
  if (loser.asLoser === "fails")
    return evidence.fail(`${plan.offsetId} closes ${plan.loser.symbol}, which does not meet the conditions`);
  const before = positions.find((each) => each.asLoser === "holds" && ranksBefore(each, loser));
  if (before !== undefined)
    return evidence.fail(
      `${plan.offsetId} closes ${plan.loser.symbol} at ${-loser.lossShare}, ${before.group.symbol} is at ${-before.lossShare}`,
    );
  checkWinners(evidence, plan, { positions, offset });
}

/** By the audited rule; what is equal but for rounding does not rank before. */
function ranksBefore(one: Position, other: Position): boolean {
  if (Math.abs(one.lossShare - other.lossShare) > ROUNDING) return one.lossShare > other.lossShare;
  if (Math.abs(one.profitUsd - other.profitUsd) > ROUNDING) return one.profitUsd < other.profitUsd;
  return one.group.openedAtMs < other.group.openedAtMs;
}

function checkWinners(
  evidence: Evidence,
  { offsetId, loser, winners }: OffsetPlan,
  { positions, offset }: { readonly positions: readonly Position[]; readonly offset: OffsetConfig },
): void {
  const ids = new Set(winners.map(({ groupId }) => groupId));
  const chosen = positions.filter(({ group }) => ids.has(group.groupId));
  if (chosen.length !== winners.length || winners.length > offset.maxWinners || ids.has(loser.groupId))
    evidence.fail(`${offsetId} has the winners ${[...ids]}, of ${offset.maxWinners} at most`);
  const least = Math.min(...chosen.map(({ profitUsd }) => profitUsd));
  if (least <= 0) evidence.fail(`${offsetId} takes from a position without a profit`);
  const costShare = (COSTS_DOUBLED * (offset.feeBps + offset.slippageBps)) / BPS_PER_UNIT;
  const passed = positions.find(
    ({ group, profitUsd, valueUsd }) =>
      !ids.has(group.groupId) &&
      group.groupId !== loser.groupId &&
      profitUsd - valueUsd * costShare > 0 &&
      profitUsd > least + ROUNDING,
  );
  if (passed !== undefined)
    evidence.fail(`${offsetId} passes over ${passed.group.symbol}, which gains ${passed.profitUsd} USD`);
}

interface Rules extends Ground {
  readonly config: AccountConfig;
  readonly offset: OffsetConfig;
}

/** Null for one that surely has no part in an offset. */
function positionOf(evidence: Evidence, group: Group, path: string, rules: Rules): Position | null {
  const { given, control, config } = rules;
  const { symbol, side, status, closing, averageEntryUsd, costEstimated, qtyBase } = group;
  const quote = given.get(symbol);
  const isLive = Object.values(control.reservations).some(({ groupId }) => groupId === group.groupId);
  if (status !== "ACTIVE" || closing !== null || isLive || evidence.unreadable.has(path)) return null;
  if (quote === undefined || averageEntryUsd === null || costEstimated) return null;
  if (evidence.nowMs() - quote.dateMs > config.maxMarkAgeMs - CLOCK_TOLERANCE_MS) return null;
  const minBase = lotsToBase(evidence, symbol, evidence.exchange.engine.specs.get(symbol)?.minLots ?? 0);
  if (Number(qtyBase) < minBase) return null;
  const [priceUsd, sign] = side === "long" ? [quote.bidUsd, 1] : [quote.askUsd, -1];
  const costUsd = Number(averageEntryUsd) * Number(qtyBase);
  const profitUsd = (priceUsd * Number(qtyBase) - costUsd) * sign;
  const lossShare = -profitUsd / costUsd;
  const asLoser = judged(evidence, group, lossShare, rules);
  return { group, profitUsd, lossShare, valueUsd: priceUsd * Number(qtyBase), asLoser };
}

function lotsToBase({ exchange }: Evidence, symbol: string, lots: number): number {
  return lots * (exchange.engine.specs.get(symbol)?.lotBase ?? Number.NaN);
}

function judged(evidence: Evidence, group: Group, lossShare: number, rules: Rules): Position["asLoser"] {
  const { offset, config, control } = rules;
  const isFull = Object.keys(control.slots).length >= config.maxOpenGroups;
  const stands = offset.poolRule === "fullSuffices" && isFull;
  const { count, lastMs } = entriesOf(evidence, group);
  const missing = offset.minEntries - count;
  const verdicts = [
    beyond(lossShare * BPS_PER_UNIT - offset.minLossBps, ROUNDING),
    beyond(evidence.nowMs() - group.openedAtMs - offset.minAgeMs, CLOCK_TOLERANCE_MS),
    ...(offset.poolRule === "fullNeeded" ? ([isFull ? "holds" : "fails"] as const) : []),
    ...(stands ? [] : [laddersVerdict(evidence, group, missing)]),
    ...(stands || offset.quietAfterEntryMs === 0
      ? []
      : [beyond(evidence.nowMs() - lastMs - offset.quietAfterEntryMs, CLOCK_TOLERANCE_MS)]),
  ];
  if (verdicts.includes("fails")) return "fails";
  return verdicts.includes("near") ? "near" : "holds";
}

function beyond(excess: number, tolerance: number): Position["asLoser"] {
  if (Math.abs(excess) <= tolerance) return "near";
  return excess > 0 ? "holds" : "fails";
}

/** Of the entry orders that filled, wholly or in part. */
function entriesOf(evidence: Evidence, { accountId, orderIds }: Group): { count: number; lastMs: number } {
  const filled = orderIds
    .flatMap((id) => evidence.read<Order>(paths.order(accountId, id)) ?? [])
    .filter(({ request, filledQtyBase }) => !request.reduceOnly && Number(filledQtyBase) > 0);
  const lastMs = Math.max(0, ...filled.map(({ filledAtMs, updatedAtMs }) => filledAtMs ?? updatedAtMs));
  return { count: filled.length, lastMs };
}

/** Whether entries are still to come: those of the group's own ladder where it has one, else as many as configured. */
function laddersVerdict(evidence: Evidence, group: Group, missing: number): Position["asLoser"] {
  const safety = group.legs.filter(({ kind }) => kind === "dca");
  if (safety.some(({ status }) => status === "WAITING")) return "fails";
  const hasPyramids = pyramidsOf(evidence, group) !== null;
  // How many pyramids may come is told by the text of the alert: too near to tell without counting like the product.
  if (hasPyramids) return "near";
  if (safety.length > 0) return "holds";
  return missing <= 0 ? "holds" : "fails";
}

/** As the alert that opened the group says it. */
function pyramidsOf(evidence: Evidence, { accountId, orderIds }: Group): string | null {
  const base = evidence.read<Order>(paths.order(accountId, orderIds[0] ?? ""));
  const receipt = base === null ? null : evidence.read<Receipt>(paths.receipt(accountId, base.signalId));
  const fields = receipt?.payload.fields as Readonly<Record<string, string>> | undefined;
  return fields?.pyramidMax ?? null;
}
