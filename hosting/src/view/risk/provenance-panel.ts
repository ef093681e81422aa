// "Can the numbers be trusted?": where NAV, peak, books, config, quotes and sources come from, how old each is, how old it
// may be, and what is wrong with it.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav, Peak, PeakSource } from "#domain/documents/nav.ts";
import { agoText, CLOCK_TOLERANCE_MS, durationText } from "#hosting/model/age.ts";
import { formatCount, formatUsd } from "#hosting/model/amount.ts";
import { connectionOf, SILENCE_AFTER_MS } from "#hosting/model/connection.ts";
import { navFreshness } from "#hosting/model/nav-health.ts";
import type { State } from "#hosting/model/state.ts";
import { unshown } from "#hosting/model/untold.ts";
import { knownValue, reasonUnknown, type Watched } from "#hosting/model/watched.ts";
import { panel, type Row, stateWord, table, time, unknown } from "../parts.ts";
import { type Child, h, type VNode } from "../vnode.ts";

const COLUMNS = [
  { title: "Number" },
  { title: "State" },
  { title: "Value", kind: "number" },
  { title: "Age", kind: "number" },
  { title: "May be", kind: "number" },
] as const;

interface Line {
  readonly key: string;
  readonly name: string;
  readonly origin: string;
  readonly value: Child;
  readonly asOfMs: number | null;
  /** Null: no limit stops anything. */
  readonly limitMs: number | null;
  /** Why it cannot be trusted, beside its age; null when nothing is known against it. */
  readonly fault: string | null;
  /** The word while nothing is; "fresh" unless it says otherwise. */
  readonly good?: string;
}

function judged({ asOfMs, limitMs, fault, good = "fresh" }: Line, nowMs: number, live: boolean) {
  if (fault !== null) return ["danger", asOfMs === null ? "UNKNOWN" : "FAILED"] as const;
  const age = asOfMs === null ? null : nowMs - asOfMs;
  const old = age !== null && limitMs !== null && (age > limitMs || age < -CLOCK_TOLERANCE_MS);
  if (old) return ["danger", "STALE"] as const;
  return live ? (["good", good] as const) : (["quiet", "last known"] as const);
}

function lineRow(line: Line, nowMs: number, live: boolean): Row {
  const { key, name, origin, value, asOfMs, limitMs, fault } = line;
  const [tone, word] = judged(line, nowMs, live);
  const trusted = tone !== "danger";
  return {
    key,
    attributes: { "data-testid": `source-${key}`, class: trusted ? "" : "refused" },
    cells: [
      h("span", { class: "stack" }, h("b", {}, name), h("span", { class: "age" }, origin)),
      stateWord(tone, word, fault ?? word),
      h("span", { class: trusted ? "num" : "num stale" }, value),
      asOfMs === null ? unknown("it has never been good") : time(nowMs, asOfMs, { class: "num" }),
      limitMs === null
        ? h("span", { class: "age" }, asOfMs === null ? "" : "any age")
        : h("span", { class: "num" }, durationText(limitMs)),
    ],
    below: fault === null ? null : h("span", { class: "why" }, fault),
  };
}

function usd(value: string | null): Child {
  return value === null ? unknown("never complete") : [formatUsd(value), " USD"].join("");
}

function navLine(nav: Nav, config: AccountConfig | null, nowMs: number): Line {
  const fresh = navFreshness(nav, nowMs, config?.maxNavAgeMs ?? null);
  return {
    key: "nav",
    name: "NAV",
    origin: "NAV schedule, longs at bid, shorts at ask",
    value: usd(nav.navUsd),
    asOfMs: nav.asOfMs,
    limitMs: config?.maxNavAgeMs ?? null,
    fault: nav.stale || nav.asOfMs === null ? fresh.reason : null,
  };
}

/** How the NAV schedule is, the quotes of its last run, and its sources: on a phone one by one only when one failed. */
function navSourceLines(nav: Nav, config: AccountConfig | null, narrow: boolean): Line[] {
  const schedule: Line = {
    key: "schedule",
    name: "NAV schedule",
    origin: "runs every minute",
    value: "",
    asOfMs: nav.checkedAtMs,
    limitMs: SILENCE_AFTER_MS,
    fault: null,
  };
  const sources = Object.entries(nav.sources).map(
    ([name, { ok, asOfMs, error }]): Line => ({
      key: name,
      name,
      origin: "source of the NAV",
      value: "",
      asOfMs,
      limitMs: config?.maxNavAgeMs ?? null,
      fault: ok ? null : (error ?? "No reason given."),
    }),
  );
  const oldest = sources.toSorted((a, b) => (a.asOfMs ?? 0) - (b.asOfMs ?? 0))[0];
  const together = narrow && oldest !== undefined && sources.every(({ fault }) => fault === null);
  const names = `oldest of ${sources.map(({ name }) => name).join(", ")}`;
  const shown = together ? [{ ...oldest, key: "sources", name: "sources", origin: names }] : sources;
  return [schedule, ...quoteLine(nav, config), ...shown];
}

/**
 * Positions and orders as people see them; while they cannot be stored, since when, and how long that may last. Before
 * the first of them there is nothing to doubt.
 */
function shownLines(state: State): Line[] {
  const { control, config, overview } = state.data;
  const silence = unshown(state);
  const shown = knownValue(overview);
  if (shown === null && silence === null)
    return overview.kind === "missing" ? [] : absent("shown", "Positions, orders", overview);
  const doubt =
    knownValue(control) === null
      ? `Whether they are still stored is unknown: the control document is ${reasonUnknown(control)}.`
      : null;
  return [
    {
      key: "shown",
      name: "Positions, orders",
      origin: "stored with every change of the books",
      value: "",
      asOfMs: silence?.sinceMs ?? shown?.updatedAtMs ?? null,
      limitMs: silence === null ? null : (knownValue(config)?.maxTelemetrySilenceMs ?? null),
      fault: silence === null ? doubt : `Not stored since then. ${silence.remedy}`,
      good: "stored",
    },
  ];
}

/** The oldest quote stands for all: it is the one that denies first. */
function quoteLine(nav: Nav, config: AccountConfig | null): Line[] {
  const quotes = Object.values(nav.marks);
  const oldest = quotes.toSorted((a, b) => a.asOfMs - b.asOfMs)[0];
  if (oldest === undefined) return [];
  return [
    {
      key: "quotes",
      name: "quotes",
      origin: `oldest of ${quotes.length}: ${oldest.symbol}`,
      value: "",
      asOfMs: oldest.asOfMs,
      limitMs: config?.maxMarkAgeMs ?? null,
      fault: null,
    },
  ];
}

const PEAK_SOURCES: Readonly<Record<PeakSource["kind"], string>> = {
  nav: "begun with the NAV",
  navSeries: "rebuilt from the NAV series",
  income: "rebuilt from income",
};

/** Of how many samples a peak was made: made of few, it may lie too low, and the drawdown with it. */
function peakOrigin({ baselineId, source }: Peak, nowMs: number): string {
  const { kind, rebuiltAtMs, sampleCount } = source;
  const samples = `${formatCount(sampleCount)} ${sampleCount === 1 ? "sample" : "samples"}`;
  return `${PEAK_SOURCES[kind]} ${agoText(nowMs, rebuiltAtMs)}, ${samples}; baseline ${baselineId}`;
}

function peakLine(peak: Peak, config: AccountConfig | null, nowMs: number): Line {
  return {
    key: "peak",
    name: "Peak",
    origin: peakOrigin(peak, nowMs),
    value: usd(peak.peakUsd),
    asOfMs: peak.asOfMs,
    limitMs: config?.maxPeakAgeMs ?? null,
    fault: null,
  };
}

/** Who made the limits that decide now; another version in force than shown would make every bar here wrong. */
function configLine(config: AccountConfig, control: ControlState | null): Line {
  const inForce = control === null || control.configVersion === config.version;
  return {
    key: "config",
    name: "Config",
    origin: `by ${config.author}`,
    value: `version ${config.version}`,
    asOfMs: config.createdAtMs,
    limitMs: null,
    fault: inForce ? null : `Decisions use version ${control.configVersion}; this one is not in force.`,
    good: "in force",
  };
}

function absent(key: string, name: string, watched: Watched<unknown>): Line[] {
  if (watched.kind === "value" || watched.kind === "loading") return [];
  const fault = `${name} is ${reasonUnknown(watched)}.`;
  return [{ key, name, origin: "document", value: "", asOfMs: null, limitMs: null, fault }];
}

/** What decides first; the NAV's own sources, which its line already speaks for, last. */
function lines(state: State): Line[] {
  const { data, nowMs } = state;
  const [nav, peak] = [knownValue(data.nav), knownValue(data.peak)];
  const [config, control] = [knownValue(data.config), knownValue(data.control)];
  return [
    ...(nav === null ? absent("nav", "NAV", data.nav) : [navLine(nav, config, nowMs)]),
    ...(peak === null ? absent("peak", "Peak", data.peak) : [peakLine(peak, config, nowMs)]),
    ...shownLines(state),
    ...(config === null ? absent("config", "Config", data.config) : [configLine(config, control)]),
    ...absent("control", "Control document", data.control),
    ...(nav === null ? [] : navSourceLines(nav, config, state.narrow)),
  ];
}

export function provenancePanel(state: State): VNode {
  const { kind } = connectionOf(state);
  const live = kind !== "offline" && kind !== "reconnecting";
  return panel(
    { id: "provenance", title: "Can the numbers be trusted?", subject: "Sources and their age", aside: null },
    table(
      "provenance-table",
      "Where the numbers come from, and how old they are",
      COLUMNS,
      lines(state).map((line) => lineRow(line, state.nowMs, live)),
    ),
  );
}
