// A group's profit in USD, percent and multiples of its risk, and what it has cost, each unknown where it is not known.
import { formatAmount, formatBps, formatUsd, signOf } from "#hosting/model/amount.ts";
import type { GroupMoney } from "#hosting/model/group-money.ts";
import { briefTime, change, unknown } from "../parts.ts";
import { type Child, h, type VNode } from "../vnode.ts";
import { type Card, fact } from "./card.ts";

/** `+0.42 R`. */
export function multipleText(profitR: string): string {
  return `${formatAmount(profitR, 2, true)} R`;
}

function shares({ profitBps, profitR }: GroupMoney, plan: boolean): readonly VNode[] {
  return [
    h(
      "span",
      { class: "num", key: "percent" },
      profitBps === null
        ? unknown("the value of its entries is not known")
        : `${formatBps(profitBps, true)} %`,
    ),
    ...(profitR === null
      ? plan
        ? [h("span", { key: "r" }, unknown("the stop’s distance is not known"), " R")]
        : []
      : [
          h(
            "span",
            { class: "num", key: "r", title: "Multiple of what the plan’s stop puts at risk", tabindex: 0 },
            multipleText(profitR),
          ),
        ]),
  ];
}

export function profitLine({ group, money, isStale }: Card): VNode {
  const { profitUsd, isBeforeFees } = money;
  const isNothing = signOf(group.enteredBase) === 0 && signOf(group.qtyBase) === 0;
  const value: readonly Child[] =
    profitUsd === null || isNothing
      ? [h("b", {}, unknown(isNothing ? "nothing has filled yet" : "needs entry and mark"))]
      : [
          h("b", {}, change(profitUsd, "USD")),
          ...shares(money, group.plan !== null && group.plan.stop !== null),
        ];
  return h(
    "p",
    { class: isStale ? "profit stale" : "profit", "data-testid": "card-profit" },
    ...value,
    profitUsd === null || isNothing
      ? null
      : h(
          "span",
          { class: "age" },
          isStale ? "on a stale mark, " : "",
          isBeforeFees ? "before fees and funding" : "after fees and funding",
        ),
  );
}

function readAt({ accountsAsOfMs, accountsAreLate }: GroupMoney, nowMs: number): Child {
  if (accountsAsOfMs === null) return null;
  return h(
    "span",
    { class: "age" },
    accountsAreLate ? " stale, read " : " read ",
    briefTime(nowMs, accountsAsOfMs),
  );
}

/** Fees are a cost, funding is paid or received: each with the sign that it has for the account. */
export function costFacts(money: GroupMoney, nowMs: number): readonly VNode[] {
  const { feesUsd, fundingUsd, realizedUsd, accountsAreLate } = money;
  const known = (usd: string) => h("span", { class: "num" }, formatUsd(usd, true));
  const ageClass = accountsAreLate ? "stale" : "";
  return [
    fact("Realised USD", h("span", { class: "num" }, formatUsd(realizedUsd, true))),
    fact(
      "Fees USD",
      h(
        "span",
        { class: ageClass },
        feesUsd === null
          ? unknown("the venue’s trades of it are not read yet, or a coin’s price is missing")
          : known(signOf(feesUsd) === 0 ? "0" : feesUsd.startsWith("-") ? feesUsd.slice(1) : `-${feesUsd}`),
        readAt(money, nowMs),
      ),
    ),
    fact(
      "Funding USD",
      h(
        "span",
        { class: ageClass },
        fundingUsd === null ? unknown("the venue’s incomes of it are not read yet") : known(fundingUsd),
      ),
    ),
  ];
}
