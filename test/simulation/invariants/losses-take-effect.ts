// Rule 4, brakes outlive processes, and rule 5, fresh ground (docs/RULES.md), for lost money: a drawdown or a
// day's loss has its consequence, with the trading state in the same commit; and a transfer counts as
// neither.

import { dec } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState, DrawdownGrade } from "#domain/documents/control.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import { FIRST_ITEM_MS } from "../workload/items.ts";
import { type Change, configInForce, type Evidence, type Invariant } from "./invariant.ts";

const GRAVITY: Readonly<Record<DrawdownGrade, number>> = { NONE: 0, WARN: 1, REDUCE: 2, HALT: 3, FLATTEN: 4 };
/** Decimals of the venue's money are eight, of prices fewer. */
const CENT_USD = 0.01;
const E8_PER_USD = 1e8;

export const lossesTakeEffect: Invariant = {
  rule: 5,
  name: "lossesTakeEffect",
  says: "A drawdown or a day's loss past its limit is graded and latched in one commit and never forgotten; transfers are neither.",
  watch(evidence) {
    /** The baseline that each account began with, and when. */
    const first = new Map<string, { readonly baselineId: string; readonly atMs: number }>();
    return {
      found(documents) {
        // Begun in another run: what the account was given until then is not known in this one.
        for (const { path, accountId, after } of documents) {
          if (accountId === null || path !== paths.peak(accountId)) continue;
          first.set(accountId, { baselineId: String(after?.baselineId), atMs: Number.POSITIVE_INFINITY });
        }
      },
      landed({ process, changes }) {
        for (const change of changes) {
          const { accountId, path, after } = change;
          if (accountId === null || after === null) continue;
          if (path === paths.peak(accountId) && !first.has(accountId))
            first.set(accountId, { baselineId: String(after.baselineId), atMs: evidence.nowMs() });
          if (path === paths.control(accountId) && process !== null) checkGrade(evidence, change);
        }
      },
      healed() {
        for (const { profile } of evidence.setup.accounts) {
          const { accountId } = profile;
          const config = configInForce(evidence, accountId);
          const peak = evidence.read<Peak>(paths.peak(accountId));
          const control = evidence.read<ControlState>(paths.control(accountId));
          if (profile.mode !== "paper" || config === null || peak === null || control === null) continue;
          checkTaken(evidence, config, peak, control);
          // Begun before anything could happen, so that its opening is what the account was given.
          const begun = first.get(accountId);
          const isEarly = begun !== undefined && begun.atMs - evidence.setup.startMs < FIRST_ITEM_MS;
          const hasCoins = (evidence.exchange.engine.state.accounts.get(accountId)?.otherE8.size ?? 0) > 0;
          if (!isEarly || begun.baselineId !== peak.baselineId || hasCoins || config.reserves.length > 0)
            continue;
          checkDay(evidence, peak, givenUsd(evidence, accountId));
        }
      },
    };
  },
};

function checkGrade(evidence: Evidence, { accountId, before, after }: Change): undefined {
  const was = before as unknown as ControlState | null;
  const is = after as unknown as ControlState;
  if (was === null || GRAVITY[is.drawdownGrade] <= GRAVITY[was.drawdownGrade]) return;
  const { state } = is.tradingState;
  const isKept =
    GRAVITY[is.drawdownGrade] < GRAVITY.REDUCE ||
    (is.drawdownGrade === "REDUCE" ? state !== "ACTIVE" : state === "HALTED");
  if (!isKept) evidence.fail(`${accountId} took the drawdown grade ${is.drawdownGrade} and is ${state}`);
  if (is.drawdownGrade === "FLATTEN" && is.flatten === null)
    evidence.fail(`${accountId} took the drawdown grade FLATTEN without one being ordered`);
}

/** Nothing that the last NAV calls for is left undone. */
function checkTaken(
  evidence: Evidence,
  { drawdown, maxDailyLossUsd }: AccountConfig,
  { drawdownBps, day, dayPnlUsd }: Peak,
  { accountId, drawdownGrade, dailyLossDay }: ControlState,
): void {
  const thresholds = [
    ["WARN", drawdown.warnBps],
    ["REDUCE", drawdown.reduceBps],
    ["HALT", drawdown.haltBps],
    ["FLATTEN", drawdown.flattenBps],
  ] as const;
  for (const [grade, bps] of thresholds) {
    if (bps === null || drawdownBps < bps || GRAVITY[drawdownGrade] >= GRAVITY[grade]) continue;
    evidence.fail(
      `${accountId} is ${drawdownBps} bps down, past ${grade} at ${bps}, and graded ${drawdownGrade}`,
    );
  }
  if (maxDailyLossUsd === null || dec(dayPnlUsd).gt(dec(maxDailyLossUsd).neg())) return;
  if (dailyLossDay !== day)
    evidence.fail(
      `${accountId} made ${dayPnlUsd} USD on ${day}, limit ${maxDailyLossUsd}, and nothing followed`,
    );
}

/** Money put into the account, less money taken out, as the exchange recorded it. */
function givenUsd({ exchange }: Evidence, accountId: string): number {
  return exchange.engine.state.incomes
    .filter(
      (income) => income.accountId === accountId && income.type === "TRANSFER" && income.asset === "USDT",
    )
    .reduce((sumUsd, { amountE8 }) => sumUsd + Number(amountE8) / E8_PER_USD, 0);
}

/** The day's result is what the account is worth less what it was given, as the exchange has it. */
function checkDay(evidence: Evidence, { accountId, day, dayPnlUsd, source }: Peak, inUsd: number): void {
  const begun = new Date(evidence.setup.startMs).toISOString().slice(0, 10);
  const nav = evidence.read<Nav>(paths.nav(accountId));
  if (day !== begun || nav?.navUsd == null || nav.unexplained !== null || source.kind !== "nav") return;
  const resultUsd = Number(nav.navUsd) - inUsd;
  if (Math.abs(resultUsd - Number(dayPnlUsd)) > CENT_USD)
    evidence.fail(`${accountId} made ${resultUsd.toFixed(4)} USD on ${day}, the books say ${dayPnlUsd}`);
}
