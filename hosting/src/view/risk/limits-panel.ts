// "How close to the limits?": every limit with its use, closest first; then the limits that each order is asked alone.
import { formatBps } from "#hosting/model/amount.ts";
import { type LimitLevel, type LimitRow, limitRows, orderLimitRows } from "#hosting/model/limit-words.ts";
import { navFreshness } from "#hosting/model/nav-health.ts";
import { engineOf } from "#hosting/model/risk.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "../controls.ts";
import { cut, moreButton } from "../long-list.ts";
import { noticeOf, panel, symbol, unknown } from "../parts.ts";
import { h, type VNode } from "../vnode.ts";

const WORDS: Readonly<Record<LimitLevel, string | null>> = {
  room: null,
  close: "close",
  reached: "reached",
  unknown: null,
};

/** One limit as a bar with both its numbers. */
export function bar(row: LimitRow): VNode {
  const { name, text, limitText, unit, shareBps, level } = row;
  const part = shareBps === null ? 0 : Math.min(shareBps, 10_000) / 10_000;
  const word = WORDS[level];
  return h(
    "li",
    { key: row.key, class: `limit ${level}` },
    h(
      "span",
      { class: "limit-name" },
      name,
      word === null
        ? null
        : h("span", { class: "limit-word" }, symbol(level === "reached" ? "cross" : "bang"), word),
    ),
    h(
      "span",
      { class: "num limit-value" },
      text === null ? unknown("a price or a document is missing") : h("b", {}, text),
      h("span", { class: "unit" }, ` of ${limitText}${unit === "" ? "" : ` ${unit}`}`),
    ),
    h(
      "span",
      { class: "num limit-share" },
      shareBps === null ? "" : `${formatBps(shareBps).replace(/\.\d\d$/, "")} %`,
    ),
    h("span", { class: "meter", "aria-hidden": "true" }, h("span", { "--part": part })),
  );
}

function perOrder(rows: readonly LimitRow[]): VNode | null {
  if (rows.length === 0) return null;
  return h(
    "div",
    { class: "per-order" },
    h("h3", {}, "Asked of each order"),
    h(
      "dl",
      {},
      ...rows.flatMap(({ key, name, limitText, unit }) => [
        h("dt", { key: `${key} name` }, name),
        h("dd", { key, class: "num" }, `${limitText}${unit === "" ? "" : ` ${unit}`}`),
      ]),
    ),
  );
}

export function limitsPanel(state: State, controls: Controls): VNode {
  const { data, nowMs } = state;
  const engine = engineOf(state);
  const nav = knownValue(data.nav);
  const config = knownValue(data.config);
  const stale = nav !== null && navFreshness(nav, nowMs, config?.maxNavAgeMs ?? null).stale;
  if (engine === null) {
    const missing = config === null ? data.config : data.control;
    return panel(
      { id: "limits", title: "How close to the limits?", subject: "Use against limits", aside: null },
      noticeOf(
        missing,
        [
          "No limits: no config is active",
          "Nothing trades without one. Activate one: npm run ballast -- config activate.",
        ],
        config === null ? "config" : "control document",
      ),
    );
  }
  const uses = engine.limits();
  const rows = limitRows(uses);
  return panel(
    {
      id: "limits",
      title: "How close to the limits?",
      subject: "Use against limits",
      aside: stale ? h("span", { class: "badge" }, "Stale prices") : `${rows.length} limits, closest first`,
    },
    h(
      "div",
      {
        class: `scroll limit-scroll${stale ? " stale" : ""}`,
        tabindex: 0,
        role: "region",
        "aria-label": "Use against limits",
      },
      h("ul", { class: "limit-list", "data-testid": "limit-list" }, ...cut(state, "limits", rows).map(bar)),
      moreButton(state, controls, "limits", rows.length),
      perOrder(orderLimitRows(uses)),
    ),
  );
}
