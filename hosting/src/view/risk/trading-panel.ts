// "May it trade?": the trading state with who, why, when and what ends it; the session with its countdowns; an ordered
// flatten until it has ended; and the commands.
import type { ControlState, FlattenOrder, Session } from "#domain/documents/control.ts";
import { basisPointsOf, formatBps, formatUsd, signOf, subtract } from "#hosting/model/amount.ts";
import type { State } from "#hosting/model/state.ts";
import {
  causeWords,
  closesWords,
  endWords,
  heldWords,
  tradingMeaning,
  tradingTone,
} from "#hosting/model/trading-words.ts";
import { knownValue } from "#hosting/model/watched.ts";
import type { Controls } from "../controls.ts";
import { countdown, noticeOf, panel, stateWord, symbol, time, unknown } from "../parts.ts";
import { navTile, tile } from "../safety-panel.ts";
import { h, type VNode } from "../vnode.ts";
import { actionsBar } from "./actions.ts";

function stateTile({ tradingState: latch }: ControlState, nowMs: number): VNode {
  const ends = endWords(latch, nowMs);
  return tile(
    {
      id: "trading",
      title: "Trading state",
      stale: false,
      value: h(
        "span",
        { "data-testid": "risk-trading-state" },
        stateWord(tradingTone(latch), latch.state, tradingMeaning(latch)),
      ),
    },
    tradingMeaning(latch),
    h("span", {}, "since ", time(nowMs, latch.atMs), ` by ${latch.actor}`),
    h("span", { class: "reason" }, `“${latch.reason}”`),
    h("span", {}, `Cause: ${causeWords(latch.cause)}`),
    ends === null ? null : h("b", { class: "ends", "data-testid": "state-ends" }, ends),
  );
}

function horizonTile(session: Session | null, nowMs: number): VNode {
  const value =
    session === null
      ? h("span", { class: "off" }, "not armed")
      : session.horizonAtMs === null
        ? h("span", { class: "off" }, "no horizon")
        : countdown(nowMs, session.horizonAtMs, { "data-testid": "horizon" });
  return tile(
    {
      id: "horizon",
      title: session?.horizonAtMs == null ? "Session" : "Session ends in",
      stale: false,
      value,
    },
    session === null
      ? "Entries depend on the trading state alone; “Start” arms a session"
      : h("span", {}, "armed ", time(nowMs, session.startedAtMs), ` by ${session.startedBy}`),
    session?.horizonAtMs == null ? null : "then everything is closed and trading halts",
  );
}

/** What NAV may still lose. */
function roomAbove(stopLossUsd: string, navUsd: string | null): VNode {
  if (navUsd === null) return unknown("NAV is unknown, so is its distance");
  const room = subtract(navUsd, stopLossUsd);
  if (signOf(room) <= 0) return h("b", { class: "ends" }, "NAV is at or below it");
  const bps = basisPointsOf(room, navUsd);
  return h(
    "span",
    {},
    h("span", { class: "num", "data-testid": "stoploss-room" }, formatUsd(room)),
    " USD to lose until then",
    bps === null ? null : ` (${formatBps(bps)} % of NAV)`,
  );
}

function stopLossTile(session: Session | null, { data }: State): VNode {
  const stopLossUsd = session?.stopLossNavUsd ?? null;
  if (stopLossUsd === null)
    return tile(
      {
        id: "stoploss",
        title: "Session stop-loss",
        stale: false,
        value: h("span", { class: "off" }, session === null ? "not armed" : "no stop-loss"),
      },
      session === null ? null : "“Set stop-loss” gives the session a floor",
    );
  return tile(
    {
      id: "stoploss",
      title: "Session stop-loss",
      stale: false,
      value: h(
        "span",
        {},
        h("span", { class: "num" }, formatUsd(stopLossUsd)),
        h("span", { class: "unit" }, " USD"),
      ),
    },
    roomAbove(stopLossUsd, knownValue(data.nav)?.navUsd ?? null),
    "at or below it everything is closed and trading halts",
  );
}

/** Until the venue holds nothing: who ordered it, how often it tried, what is left. */
function flattenBar(flatten: FlattenOrder, state: State): VNode {
  const { nowMs } = state;
  const held = heldWords(state);
  const left =
    held === null
      ? "what is left is unknown: no books"
      : held === ""
        ? "nothing left in the books"
        : `left: ${held}`;
  const steps = closesWords(flatten.step);
  return h(
    "div",
    { class: "flattening", key: "flattening", role: "status", "data-testid": "flattening" },
    h("p", { class: "headline" }, symbol("half"), "Flattening"),
    h(
      "p",
      {},
      "ordered ",
      time(nowMs, flatten.orderedAtMs),
      ` by ${flatten.orderedBy}: “${flatten.reason}”. ${steps}, `,
      ...(flatten.lastTriedAtMs === null
        ? ["not tried yet"]
        : ["last tried ", time(nowMs, flatten.lastTriedAtMs)]),
      `; ${left}. It is retried until the venue holds nothing.`,
    ),
  );
}

export function tradingPanel(state: State, controls: Controls): VNode {
  const { data, nowMs } = state;
  const control = knownValue(data.control);
  return panel(
    { id: "control", title: "May it trade?", subject: "Trading state and session", aside: null },
    ...(control === null
      ? [
          noticeOf(
            data.control,
            [
              "Trading state unknown: not written yet",
              "Nothing trades without it. The README says under “Deploy” what a new account needs.",
            ],
            "control document",
          ),
        ]
      : [
          control.flatten === null ? null : flattenBar(control.flatten, state),
          h(
            "div",
            { class: "tiles inner", key: "tiles" },
            stateTile(control, nowMs),
            navTile(state, false),
            horizonTile(control.session, nowMs),
            stopLossTile(control.session, state),
          ),
        ]),
    actionsBar(state, controls),
  );
}
