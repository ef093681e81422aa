// "How deep is the drawdown?": a scale from the peak to the deepest grade, true to size, and the same as a ladder of
// NAV values: what happens where, and how much may still be lost until then.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { DrawdownGrade } from "#domain/documents/control.ts";
import { formatBps, formatUsd, signOf } from "#hosting/model/amount.ts";
import { drawdownRungs, drawdownSentences, type Rung } from "#hosting/model/drawdown.ts";
import { type Freshness, freshness, navFreshness } from "#hosting/model/nav-health.ts";
import type { Tone } from "#hosting/model/order-words.ts";
import { engineOf } from "#hosting/model/risk.ts";
import type { State } from "#hosting/model/state.ts";
import { knownValue } from "#hosting/model/watched.ts";
import { notice, noticeOf, panel, stateWord, symbol, time } from "../parts.ts";
import { h, type VNode } from "../vnode.ts";

const TONES: Readonly<Record<DrawdownGrade, Tone>> = {
  NONE: "good",
  WARN: "warning",
  REDUCE: "warning",
  HALT: "danger",
  FLATTEN: "danger",
};

/** The scale ends a little below the deepest of its marks. */
const ROOM_BELOW = 1.08;

function scale(rungs: readonly Rung[]): VNode {
  const deepest = Math.max(100, ...rungs.map(({ bps }) => bps)) * ROOM_BELOW;
  const at = (bps: number): number => bps / deepest;
  const now = rungs.find(({ key }) => key === "NOW")?.bps ?? 0;
  return h(
    "div",
    { class: "scale", "aria-hidden": "true" },
    h("span", { class: "fallen", "--part": at(now) }),
    ...rungs
      .filter(({ key }) => key !== "PEAK" && key !== "NOW")
      .map(({ key, bps }) =>
        h("span", { key, class: `tick ${TONES[key as DrawdownGrade]}`, "--at": at(bps) }),
      ),
    h("span", { class: "here", key: "here", "--at": at(now) }),
  );
}

function rungRow(rung: Rung): VNode {
  const { key, name, effect, bps, navUsd, roomUsd, passed } = rung;
  const grade = key === "PEAK" || key === "NOW" ? null : key;
  const tone = grade === null ? "" : TONES[grade];
  const room = roomUsd === null ? "" : signOf(roomUsd) > 0 ? `${formatUsd(roomUsd)} USD away` : "passed";
  return h(
    "tr",
    {
      key,
      class: `rung ${key === "NOW" ? "now" : tone}${grade !== null && passed ? " passed" : ""}`,
      role: "row",
    },
    h(
      "th",
      { scope: "row", role: "rowheader" },
      h(
        "span",
        { class: "rung-name" },
        key === "NOW" ? symbol("right") : h("span", { class: "rung-mark", "aria-hidden": "true" }),
        h(
          "span",
          { class: "stack" },
          h("b", {}, name),
          effect === "" ? null : h("span", { class: "age" }, effect),
        ),
      ),
    ),
    h("td", { class: "number num", role: "cell" }, formatBps(-bps), h("span", { class: "unit" }, " %")),
    h("td", { class: "number num", role: "cell" }, formatUsd(navUsd), h("span", { class: "unit" }, " USD")),
    h("td", { class: "number num", role: "cell" }, room),
  );
}

function ladder(rungs: readonly Rung[]): VNode {
  return h(
    "table",
    { class: "ladder", role: "table", "data-testid": "drawdown-ladder" },
    h("caption", { class: "sr" }, "From the peak down: what happens at which NAV"),
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        ...["Level", "Drawdown", "NAV", "From here"].map((title, index) =>
          h("th", { scope: "col", role: "columnheader", class: index === 0 ? "" : "number" }, title),
        ),
      ),
    ),
    h("tbody", { role: "rowgroup" }, ...rungs.map(rungRow)),
  );
}

/** As old as the older of the two that it is made of. */
function staleness({ data, nowMs }: State, peakAsOfMs: number, config: AccountConfig): Freshness {
  const nav = knownValue(data.nav);
  const fresh = nav === null ? null : navFreshness(nav, nowMs, config.maxNavAgeMs);
  return fresh?.stale === true ? fresh : freshness("Drawdown", nowMs, peakAsOfMs, config.maxPeakAgeMs);
}

function content(state: State): (VNode | null)[] {
  const { data, nowMs } = state;
  const engine = engineOf(state);
  const peak = knownValue(data.peak);
  const config = knownValue(data.config);
  if (engine === null || config === null)
    return [
      noticeOf(
        config === null ? data.config : data.control,
        ["Drawdown unknown: no config or control document yet", "Its grades are part of the config."],
        config === null ? "config" : "control document",
      ),
    ];
  if (peak === null)
    return [
      noticeOf(data.peak, [
        "Drawdown unknown: no peak yet",
        "Entries stop without it. The NAV schedule writes it with its first complete NAV.",
      ]),
    ];
  const drawdown = engine.drawdown();
  const rungs = drawdownRungs(drawdown, peak, knownValue(data.nav));
  if (rungs === null)
    return [notice("Drawdown unknown: no NAV yet", "Every source of the NAV must answer once.", "fault")];
  const old = staleness(state, peak.asOfMs, config);
  return [
    h(
      "div",
      { class: `drawdown-words${old.stale ? " stale" : ""}`, "data-testid": "drawdown-words" },
      ...drawdownSentences(drawdown, rungs, config.drawdown.hysteresisBps).map((sentence) =>
        h("p", {}, sentence),
      ),
      old.reason === null ? null : h("p", { class: "ends" }, old.reason),
    ),
    scale(rungs),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Drawdown ladder" },
      ladder(rungs),
    ),
    h(
      "p",
      { class: "foot" },
      "Peak of ",
      time(nowMs, peak.peakAtMs),
      ", of the baseline begun ",
      time(nowMs, peak.baselineSinceMs),
      "; as of ",
      time(nowMs, peak.asOfMs),
    ),
  ];
}

export function drawdownPanel(state: State): VNode {
  const control = knownValue(state.data.control);
  const grade = control?.drawdownGrade ?? null;
  return panel(
    {
      id: "drawdown-panel",
      title: "How deep is the drawdown?",
      subject: "Peak to grades",
      aside:
        grade === null
          ? null
          : stateWord(TONES[grade], grade === "NONE" ? "no grade" : grade, "Grade that is latched now"),
    },
    ...content(state),
  );
}
