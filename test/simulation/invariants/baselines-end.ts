// Rule 13, no loss is silent (docs/RULES.md): a baseline ends only where the venue had nothing left of the account when money
// came, and not before its fall has been graded. Wallet and coins of that time are walked back over the engine's own incomes.
import type { ControlState, DrawdownGrade } from "#domain/documents/control.ts";
import type { Peak } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import { bidUsd, coinsUsd } from "./equity.ts";
import { type Change, configInForce, type Evidence, type Invariant } from "./invariant.ts";

const E8_PER_USD = 1e8;
/** Left of a peak, too little to be called an account. */
const NOTHING_SHARE = 0.05;
/** A fall of everything, with room for what was left. */
const EVERYTHING_BPS = 9_500;
const GRAVITY: Readonly<Record<DrawdownGrade, number>> = { NONE: 0, WARN: 1, REDUCE: 2, HALT: 3, FLATTEN: 4 };

export const baselinesEndInTheOpen: Invariant = {
  rule: 13,
  name: "baselinesEndInTheOpen",
  says: "A peak changes its baseline only after money came into an account of which nothing was left at the engine, and after the fall to that has taken its grade.",
  watch: (evidence) => ({
    landed({ process, changes }) {
      if (process === null) return;
      for (const change of changes)
        if (change.accountId !== null && change.path === paths.peak(change.accountId))
          check(evidence, change);
    },
  }),
};

function check(evidence: Evidence, { accountId, path, before: was, after: is }: Change): undefined {
  const before = was as unknown as Peak | null;
  const after = is as unknown as Peak | null;
  if (accountId === null || before?.baselineId === undefined || after?.baselineId === undefined) return;
  if (before.baselineId === after.baselineId) return;
  const least = leastBeforeMoneyUsd(evidence, accountId, before.ledger.cursorMs);
  if (least === null || least > NOTHING_SHARE * Number(before.peakUsd))
    return evidence.fail(`${path} changed its baseline by itself: ${least ?? "no"} USD were left`);
  const control = evidence.read<ControlState>(paths.control(accountId));
  const config = configInForce(evidence, accountId);
  if (control === null || config === null) return;
  const { warnBps, reduceBps, haltBps, flattenBps } = config.drawdown;
  const grades = { WARN: warnBps, REDUCE: reduceBps, HALT: haltBps, FLATTEN: flattenBps } as const;
  for (const [grade, bps] of Object.entries(grades) as [DrawdownGrade, number | null][]) {
    if (bps === null || bps > EVERYTHING_BPS || GRAVITY[control.drawdownGrade] >= GRAVITY[grade]) continue;
    evidence.fail(`${accountId} lost everything and began anew before its grade ${grade} was taken`);
  }
}

/** The least that wallet and coins, at the engine's bids of now, were worth when money or coins came since; null: none came. */
function leastBeforeMoneyUsd(
  { exchange: { engine } }: Evidence,
  accountId: string,
  sinceMs: number,
): number | null {
  const account = engine.state.accounts.get(accountId);
  if (account === undefined) return null;
  const since = engine.state.incomes.filter(
    (income) => income.accountId === accountId && income.timeMs >= sinceMs,
  );
  const otherE8 = new Map(account.otherE8);
  let walletE8 = account.walletUsdE8;
  let leastUsd: number | null = null;
  for (const { type, asset, amountE8 } of since.toReversed()) {
    if (asset === "USDT") walletE8 -= amountE8;
    else otherE8.set(asset, (otherE8.get(asset) ?? 0n) - amountE8);
    if (type !== "TRANSFER" || amountE8 <= 0n) continue;
    const coins = coinsUsd({ otherE8 }, (symbol) => bidUsd(engine, symbol));
    const worthUsd = Number(walletE8) / E8_PER_USD + coins;
    leastUsd = Math.min(leastUsd ?? worthUsd, worthUsd);
  }
  return leastUsd;
}
