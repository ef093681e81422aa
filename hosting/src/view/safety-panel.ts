// "Am I safe": the verdict with every reason, then NAV, trading state, drawdown and day, sources, limits in use.
import type { Nav } from "#domain/documents/nav.ts";
import { agoText, utcDay } from "../model/age.ts";
import { basisPointsOf, formatBps, formatUsd } from "../model/amount.ts";
import { freshness, navFreshness, SOURCES } from "../model/nav-health.ts";
import { boundWords, partlyValued } from "../model/nav-parts.ts";
import { grossExposureUsd, positionRows } from "../model/positions.ts";
import { type Verdict, verdictOf } from "../model/safety.ts";
import type { State } from "../model/state.ts";
import { knownValue } from "../model/watched.ts";
import { change, stateWord, symbol, time, unknown, unknownOf } from "./parts.ts";
import { type Child, h, type VNode } from "./vnode.ts";

const LEVEL_SYMBOL = { checking: "half", ok: "check", warning: "bang", danger: "cross" } as const;

export function verdictBar({ level, headline, faults }: Verdict, nowMs: number): VNode {
  return h(
    "div",
    { class: `verdict ${level}`, "data-testid": "verdict", role: "status" },
    h("p", { class: "headline" }, symbol(LEVEL_SYMBOL[level]), headline),
    faults.length === 0
      ? null
      : h(
          "ul",
          {},
          ...faults.map(({ level: of, text, remedy, sinceMs = null }) =>
            h(
              "li",
              { class: of },
              h("b", {}, text),
              ...(sinceMs === null ? [] : [" Since ", time(nowMs, sinceMs), "."]),
              remedy === "" ? null : h("span", { class: "remedy" }, ` ${remedy}`),
            ),
          ),
        ),
  );
}

interface TileHead {
  readonly id: string;
  readonly title: string;
  readonly stale: boolean;
  readonly value: Child;
}

export function tile({ id, title, stale, value }: TileHead, ...notes: Child[]): VNode {
  return h(
    "div",
    { class: `tile ${id}${stale ? " stale" : ""}`, key: id },
    h("h3", {}, title),
    h("div", { class: "value" }, value),
    ...notes.filter((note) => note !== null).map((note) => h("div", { class: "note" }, note)),
  );
}

function sourceList(nav: Nav, nowMs: number): VNode {
  return h(
    "ul",
    { class: "sources", "aria-label": "Sources of the NAV" },
    ...SOURCES.map((name) => {
      const { ok, asOfMs, error } = nav.sources[name];
      return h(
        "li",
        { class: ok ? "good" : "danger", title: error ?? "" },
        symbol(ok ? "check" : "cross"),
        h(
          "span",
          { class: "stack" },
          h("span", {}, name, h("span", { class: "sr" }, ok ? " answered" : " failed")),
          asOfMs === null ? unknown("it has never answered") : time(nowMs, asOfMs),
        ),
      );
    }),
  );
}

/** `withSources`: each source and its age below the value. */
export function navTile({ data, nowMs }: State, withSources = true): VNode {
  const nav = knownValue(data.nav);
  const navUsd = nav?.navUsd ?? null;
  const fresh = nav === null ? null : navFreshness(nav, nowMs, knownValue(data.config)?.maxNavAgeMs ?? null);
  const cached = data.nav.kind === "value" && data.nav.fromCache;
  const stale = fresh?.stale === true || cached;
  const value =
    navUsd === null
      ? nav === null
        ? unknownOf(data.nav, { "data-testid": "nav-value" })
        : unknown("no complete NAV yet", { "data-testid": "nav-value" })
      : h(
          "span",
          {},
          h("span", { class: "num", "data-testid": "nav-value" }, formatUsd(navUsd)),
          h("span", { class: "unit" }, " USD"),
        );
  const badge = h(
    "span",
    {
      class: "badge",
      "data-testid": "stale-badge",
      hidden: !stale,
      title: fresh?.reason ?? "Firestore cannot be reached",
    },
    fresh?.stale === true ? "Stale" : "Last known",
  );
  const asOfMs = nav?.asOfMs ?? null;
  return tile(
    { id: "nav", title: "Net asset value", stale, value: h("span", { class: "with-badge" }, value, badge) },
    h(
      "span",
      {},
      "as of ",
      asOfMs === null
        ? unknown("never complete", { "data-testid": "nav-age" })
        : time(nowMs, asOfMs, { "data-testid": "nav-age" }),
    ),
    ...(nav === null ? [] : [partlyValued(nav), boundWords(nav)]),
    nav === null || !withSources ? null : sourceList(nav, nowMs),
  );
}

function tradingTile({ data, nowMs }: State): VNode {
  const control = knownValue(data.control);
  if (control === null)
    return tile({
      id: "trading",
      title: "Trading state",
      stale: false,
      value: unknownOf(data.control, { "data-testid": "trading-state" }),
    });
  const { state, actor, reason, atMs } = control.tradingState;
  const [tone, meaning] =
    state === "ACTIVE"
      ? (["good", "Entries and exits"] as const)
      : state === "REDUCING"
        ? (["warning", "Only orders that shrink exposure"] as const)
        : (["danger", "Only cancels, and a flatten that was ordered"] as const);
  return tile(
    {
      id: "trading",
      title: "Trading state",
      stale: data.control.kind === "value" && data.control.fromCache,
      value: h("span", { "data-testid": "trading-state" }, stateWord(tone, state, meaning)),
    },
    meaning,
    h("span", {}, "since ", time(nowMs, atMs), ` by ${actor}`),
    h("span", { class: "reason" }, reason),
  );
}

function moneyTiles({ data, nowMs }: State): VNode[] {
  const peak = knownValue(data.peak);
  if (peak === null) {
    return [
      tile({ id: "drawdown", title: "Drawdown", stale: false, value: unknownOf(data.peak) }),
      tile({ id: "day", title: "Today", stale: false, value: unknownOf(data.peak) }),
    ];
  }
  const limitMs = knownValue(data.config)?.maxPeakAgeMs;
  const cached = data.peak.kind === "value" && data.peak.fromCache;
  const stale = cached || (limitMs !== undefined && freshness("Peak", nowMs, peak.asOfMs, limitMs).stale);
  const age = h("span", {}, "as of ", time(nowMs, peak.asOfMs));
  const dayBps = basisPointsOf(peak.dayPnlUsd, peak.dayOpenUsd);
  const old = peak.day !== utcDay(nowMs);
  return [
    tile(
      {
        id: "drawdown",
        title: "Drawdown",
        stale,
        value: h(
          "span",
          { class: `num ${peak.drawdownBps > 0 ? "loss" : ""}` },
          peak.drawdownBps > 0 ? symbol("down") : null,
          formatBps(-peak.drawdownBps),
          h("span", { class: "unit" }, " %"),
        ),
      },
      h(
        "span",
        {},
        "from ",
        h("span", { class: "num" }, formatUsd(peak.peakUsd)),
        " USD, ",
        time(nowMs, peak.peakAtMs),
      ),
      age,
    ),
    tile(
      {
        id: "day",
        title: old ? `Day of ${peak.day}` : "Today",
        stale: stale || old,
        value: change(peak.dayPnlUsd, "USD"),
      },
      dayBps === null
        ? "percentage unknown"
        : h("span", {}, h("span", { class: "num" }, formatBps(dayBps, true)), " % since 00:00 UTC"),
      age,
    ),
  ];
}

function meter(name: string, text: string, bps: number | null): VNode {
  const full = bps !== null && bps >= 10_000;
  return h(
    "li",
    { class: full ? "full" : "" },
    h("span", {}, name),
    h("span", { class: "num" }, text),
    h(
      "span",
      { class: "meter", "aria-hidden": "true" },
      h("span", { "--part": bps === null ? 0 : Math.min(bps, 10_000) / 10_000 }),
    ),
  );
}

/** A sent order counts against the rate for this long. */
const RATE_WINDOW_MS = 60_000;

function limitsTile({ data, nowMs }: State): VNode {
  const [limits, overview, control, nav] = [
    knownValue(data.config),
    knownValue(data.overview),
    knownValue(data.control),
    knownValue(data.nav),
  ];
  if (limits === null)
    return tile({ id: "limits", title: "Limits in use", stale: false, value: unknownOf(data.config) });
  const rows: VNode[] = [];
  if (overview !== null) {
    const { used, limit } = overview.slots;
    rows.push(
      meter("Slots", `${used} of ${limit}`, limit === 0 ? null : Math.round((used / limit) * 10_000)),
    );
    const gross =
      nav === null && overview.groups.length > 0 ? null : grossExposureUsd(positionRows(overview, nav));
    const bps = gross === null ? null : basisPointsOf(gross, limits.maxGrossExposureUsd);
    rows.push(
      meter(
        "Gross held USD",
        `${gross === null ? "unknown" : formatUsd(gross)} of ${formatUsd(limits.maxGrossExposureUsd)}`,
        bps,
      ),
    );
  }
  if (control !== null) {
    const sent = control.throttles.orderSentAtMs.filter((atMs) => nowMs - atMs < RATE_WINDOW_MS).length;
    rows.push(
      meter(
        "Orders a minute",
        `${sent} of ${limits.maxOrdersPerMinute}`,
        Math.round((sent / limits.maxOrdersPerMinute) * 10_000),
      ),
    );
  }
  return tile(
    { id: "limits", title: "Limits in use", stale: false, value: h("ul", { class: "meters" }, ...rows) },
    `config version ${limits.version}`,
  );
}

export function safetyPanel(state: State): VNode {
  return h(
    "section",
    { class: "safety", "aria-labelledby": "safety-title", key: "safety" },
    h("h2", { id: "safety-title", class: "sr" }, "Am I safe?"),
    verdictBar(verdictOf(state), state.nowMs),
    h("div", { class: "tiles" }, navTile(state), tradingTile(state), ...moneyTiles(state), limitsTile(state)),
    h(
      "p",
      { class: "event", "data-testid": "event" },
      h(
        "span",
        { class: "label" },
        state.event === null ? "Latest event" : agoText(state.nowMs, state.event.atMs),
      ),
      h("span", { role: "log", "aria-live": "polite" }, state.event?.text ?? "none since this page opened"),
    ),
  );
}
