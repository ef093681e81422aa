// "Am I safe": one verdict and every reason against it, each with its cause and what to do. What is unknown counts
// against safety; only the server's word counts for it.
import type { Nav } from "#domain/documents/nav.ts";
import { agoText, durationText } from "./age.ts";
import { isOver } from "./alert-ends.ts";
import { connectionOf } from "./connection.ts";
import { listWords } from "./list-words.ts";
import { failedSources, freshness, navFreshness, type SourceName } from "./nav-health.ts";
import { mismatchedSymbols, unbookedRows } from "./positions.ts";
import { isStuck, sightOf, UNDECIDED_AFTER_MS } from "./receipts.ts";
import type { State } from "./state.ts";
import { heldWords } from "./trading-words.ts";
import { unshown } from "./untold.ts";
import { knownValue, reasonUnknown, type Watched } from "./watched.ts";

type Level = "checking" | "ok" | "warning" | "danger";

interface Fault {
  readonly level: "warning" | "danger";
  readonly text: string;
  readonly remedy: string;
  /** Shown as an age after the text, with the exact UTC in reach. */
  readonly sinceMs?: number | null;
}

export interface Verdict {
  readonly level: Level;
  readonly headline: string;
  readonly faults: readonly Fault[];
}

type Judged = Pick<State, "data" | "online" | "nowMs">;

const danger = (text: string, remedy: string): Fault => ({ level: "danger", text, remedy });
const warning = (text: string, remedy: string): Fault => ({ level: "warning", text, remedy });

/** A document that must be there and is not. */
function absence(name: string, watched: Watched<unknown>, remedy: string): Fault[] {
  if (watched.kind === "value" || watched.kind === "loading") return [];
  return [danger(`${name} unknown: ${reasonUnknown(watched)}.`, remedy)];
}

function restingWords(state: Pick<State, "data">): string {
  return heldWords(state) === "" ? "Nothing is held" : "Open positions stay open";
}

function tradingFaults({ data, nowMs }: Judged): Fault[] {
  const control = knownValue(data.control);
  if (control === null) {
    return absence(
      "Trading state",
      data.control,
      "Nothing trades without it. New account: npm run setup, or npm run ballast -- account create. Lost or broken: npm run ballast -- rebuild state.",
    );
  }
  const { state, actor, reason, atMs } = control.tradingState;
  const { flatten, drawdownGrade } = control;
  const who = `${agoText(nowMs, atMs)} by ${actor}: ${reason}`;
  const faults: Fault[] = [];
  if (flatten !== null) {
    faults.push(
      danger(
        `Flattening since ${agoText(nowMs, flatten.orderedAtMs)}, ordered by ${flatten.orderedBy}: ${flatten.reason}.`,
        "It is retried until the venue holds nothing.",
      ),
    );
  }
  if (state === "HALTED") {
    const positions = flatten === null ? restingWords({ data }) : "Open positions are being closed";
    faults.push(danger(`Halted ${who}.`, `${positions}. Resume once the reason is gone.`));
  }
  if (state === "REDUCING")
    faults.push(warning(`Reducing only, ${who}.`, "Entries are refused until it is ACTIVE."));
  if (state === "ACTIVE" && drawdownGrade !== "NONE") {
    faults.push(warning(`The drawdown is at grade ${drawdownGrade}.`, "See the ladder on the risk view."));
  }
  const bannedMs = control.throttles.venueBannedUntilMs - nowMs;
  if (bannedMs > 0) {
    faults.push(
      danger(`The venue has banned us for ${durationText(bannedMs)} more.`, "Wait; find what sent too much."),
    );
  }
  const waiting = control.inbox.storedCount - control.inbox.takenCount;
  if (waiting > 0 && nowMs - control.updatedAtMs > UNDECIDED_AFTER_MS) {
    const waitsForVenue = sightOf(knownValue(data.overview), nowMs).waitingSymbols.size > 0;
    faults.push(
      warning(
        `${waiting} intent${waiting > 1 ? "s" : ""} waiting for a decision.`,
        waitsForVenue
          ? "An order waits for the venue's word; look at the venue."
          : "Check that the executor function runs.",
      ),
    );
  }
  return faults;
}

/** Sources that fail alike are one sentence: a ban is one cause, not five. */
function sourcesByReason(nav: Nav, nowMs: number): [string, SourceName[]][] {
  const reasons = new Map<string, SourceName[]>();
  for (const name of failedSources(nav)) {
    const { asOfMs, error } = nav.sources[name];
    const since = asOfMs === null ? "has never answered" : `last answered ${agoText(nowMs, asOfMs)}`;
    const reason = `${since}: ${error ?? "no reason given"}`;
    reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  }
  return [...reasons];
}

function navFaults({ data, nowMs }: Judged): Fault[] {
  const nav = knownValue(data.nav);
  const limits = knownValue(data.config);
  if (nav === null)
    return absence("NAV", data.nav, "Entries are refused. The NAV schedule writes it each minute.");
  const faults: Fault[] = [];
  const fresh = navFreshness(nav, nowMs, limits?.maxNavAgeMs ?? null);
  if (fresh.reason !== null)
    faults.push(danger(fresh.reason, "Entries are refused until it is fresh again."));
  for (const [reason, names] of sourcesByReason(nav, nowMs))
    faults.push(
      warning(
        `Source${names.length > 1 ? "s" : ""} ${listWords(names)} ${reason}.`,
        "Check the venue’s status and the account’s keys.",
      ),
    );
  const peak = knownValue(data.peak);
  if (peak === null)
    return [
      ...faults,
      ...absence("Drawdown", data.peak, "Entries are refused until the NAV schedule has written it."),
    ];
  // While the NAV is stale the peak stands still too, and one sentence is enough.
  const peakFresh =
    fresh.stale || limits === null
      ? null
      : freshness("Drawdown", nowMs, peak.asOfMs, limits.maxPeakAgeMs).reason;
  if (peakFresh !== null) faults.push(danger(peakFresh, "Entries are refused until it is fresh again."));
  return faults;
}

function bookFaults({ data, nowMs }: Judged): Fault[] {
  const overview = knownValue(data.overview);
  if (overview === null) return [];
  const faults: Fault[] = [];
  const unknown = overview.orders.filter(({ status }) => status === "SUBMIT_UNKNOWN").length;
  if (unknown > 0) {
    faults.push(
      danger(
        `${unknown} order${unknown > 1 ? "s" : ""} with unknown outcome.`,
        "The venue is being asked. Nothing is sent twice; do not trade it by hand.",
      ),
    );
  }
  const nav = knownValue(data.nav);
  if (nav !== null) {
    const strangers = unbookedRows(nav, overview).map(({ symbol }) => symbol);
    if (strangers.length > 0) {
      faults.push(
        danger(
          `At the venue but not in the books: ${strangers.join(", ")}.`,
          "Traded by hand, or the books are behind. Reconcile runs each minute.",
        ),
      );
    }
    const differing = mismatchedSymbols(nav, overview).filter((symbol) => !strangers.includes(symbol));
    if (differing.length > 0) {
      faults.push(
        danger(
          `Books and venue differ on ${differing.join(", ")}.`,
          "Reconcile runs each minute; if it stays, halt and look.",
        ),
      );
    }
  }
  const sight = sightOf(knownValue(data.overview), nowMs);
  const stuck = knownValue(data.receipts)?.rows.filter((receipt) => isStuck(receipt, sight)).length ?? 0;
  if (stuck > 0)
    faults.push(
      warning(
        `${stuck} signal${stuck > 1 ? "s" : ""} not decided for over 10 s.`,
        "Check that the executor function runs.",
      ),
    );
  return faults;
}

/** Alerts are written with and without their full stop. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function alertFaults(state: Judged): Fault[] {
  const open =
    knownValue(state.data.alerts)?.rows.filter(
      (alert) => alert.severity === "critical" && alert.acknowledgedAtMs === null && !isOver(alert, state),
    ) ?? [];
  const [newest] = open;
  if (newest === undefined) return [];
  const more = open.length > 1 ? ` (and ${open.length - 1} more below)` : "";
  return [danger(sentence(`${newest.message}${more}`), newest.remedy)];
}

const HEADLINES = {
  ok: "Trading is on and the books are fresh",
  warning: "Needs a look",
  danger: "Needs you now",
} as const;

/** The verdict over everything on the page, worst first. */
export function verdictOf(state: Judged): Verdict {
  const connection = connectionOf(state);
  const faults: Fault[] = connection.sentence === null ? [] : [warning(connection.sentence, "")];
  const silence = unshown(state);
  faults.push(...tradingFaults(state), ...(silence === null ? [] : [silence]));
  faults.push(...navFaults(state), ...bookFaults(state), ...alertFaults(state));
  faults.push(
    ...absence(
      "Limits",
      state.data.config,
      "Nothing trades without a config. Activate one: npm run ballast -- config activate.",
    ),
  );
  faults.sort((a, b) => Number(b.level === "danger") - Number(a.level === "danger"));
  const { control, nav, overview } = state.data;
  const loading = [control, nav, overview].some(({ kind }) => kind === "loading");
  if (faults.length === 0 && loading) return { level: "checking", headline: "Checking", faults };
  const level = faults[0]?.level ?? "ok";
  if (knownValue(control)?.tradingState.state === "HALTED")
    return { level, headline: "Trading is halted", faults };
  const known = connection.kind === "offline" || connection.kind === "reconnecting";
  if (known && level === "warning") return { level, headline: "Not live: last known values", faults };
  const bare = [control, nav, state.data.config].every(({ kind }) => kind === "missing");
  return { level, headline: bare ? "Not set up yet: nothing can trade" : HEADLINES[level], faults };
}
