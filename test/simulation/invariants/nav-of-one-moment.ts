// Rule 12, one moment, and now (docs/RULES.md): a NAV stored as healthy is the account's worth at one instant of its own run,
// exactly, as the matching engine has it; and its lower bound is one of the ways in which it can be worth so much. The
// engine is read whenever it has handled a request of the run.
import { dec, decimalString } from "#domain/decimal.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { Nav } from "#domain/documents/nav.ts";
import { paths } from "#domain/documents/paths.ts";
import { coinValueE16, E16_PER_E8, profitAtE8 } from "./equity.ts";
import { configInForce, type Evidence, type Invariant } from "./invariant.ts";
import { type Instant, NavInstants, seenIn, worthsOf } from "./nav-instants.ts";

export const navIsOfOneMoment: Invariant = {
  rule: 12,
  name: "navIsOfOneMoment",
  says: "A NAV stored as healthy is the account's worth at one instant of its run, exactly; its lower bound is made of one answer about the account, and leaves no position out.",
  watch(evidence) {
    const runs = new NavInstants(evidence);
    return {
      handled: (request, response) => runs.handled(request, response),
      landed({ process, changes }) {
        if (process?.kind !== "nav") return;
        for (const { accountId, path, after, before } of changes) {
          if (accountId === null || after === null || path !== paths.nav(accountId)) continue;
          const instants = runs.take(process, accountId);
          const nav = after as unknown as Nav;
          checkHealthy(evidence, nav, instants);
          const last = (before as unknown as Nav | null)?.bound ?? null;
          if (nav.bound !== null && nav.bound.atMs !== last?.atMs) checkBound(evidence, nav, instants);
        }
      },
    };
  },
};

function checkHealthy(
  evidence: Evidence,
  { accountId, stale, navUsd }: Nav,
  instants: readonly Instant[],
): void {
  if (stale || navUsd === null) return;
  const config = configInForce(evidence, accountId);
  const worths = seenIn(instants).flatMap(
    (instant) => worthOf(evidence, instant, config?.reserves ?? []) ?? [],
  );
  if (worths.some((usd) => dec(usd).eq(dec(navUsd)))) return;
  evidence.fail(
    `the NAV of ${accountId} is ${navUsd}, its account was worth ${[...new Set(worths)].join(", ") || "nothing known"}`,
  );
}

/** Null: a held symbol had no price. A coin without one counts as nothing. */
function worthOf(
  { exchange: { engine } }: Evidence,
  { account, books }: Instant,
  reserves: AccountConfig["reserves"],
): string | null {
  let sumE16 = account.walletE8 * E16_PER_E8;
  for (const holding of account.holdings) {
    const book = books.get(holding.symbol);
    if (book === undefined) return null;
    sumE16 += profitAtE8(engine, holding, book) * E16_PER_E8;
  }
  const kept = reserves.map(({ asset, qty }) => [asset, BigInt(dec(qty).mul("1e8").toFixed(0))] as const);
  for (const [asset, qtyE8] of [...account.coins, ...kept]) {
    const book = books.get(`${asset}USDT`);
    if (book !== undefined) sumE16 += coinValueE16(engine, `${asset}USDT`, qtyE8, book);
  }
  return decimalString(dec(String(sumE16)).div("1e16"));
}

/** Of an account without coins. */
function checkBound(evidence: Evidence, { accountId, bound }: Nav, instants: readonly Instant[]): void {
  if (bound === null || bound.coins.length > 0) return;
  const worths = worthsOf(evidence, instants);
  if (worths.some((usd) => usd.eq(dec(bound.usd)))) return;
  const known = [...new Set(worths.map((usd) => usd.toFixed()))].slice(0, 8).join(", ");
  evidence.fail(
    `the bound of ${accountId} is ${bound.usd}, and its account was worth ${known || "nothing known"}`,
  );
}
