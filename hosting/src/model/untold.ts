// Lists documents for people that cannot be stored, and messages that reached no person, each with since when
// and its remedy. An unreadable list is shown as such, never taken for good.
import { durationText } from "./age.ts";
import type { State } from "./state.ts";
import { knownValue, reasonUnknown } from "./watched.ts";

export interface Untold {
  readonly key: string;
  readonly level: "warning" | "danger";
  readonly word: string;
  readonly text: string;
  readonly remedy: string;
  /** Null where its beginning is not known. */
  readonly sinceMs: number | null;
}

type Judged = Pick<State, "data" | "nowMs">;

/** A message is sent within seconds; past two missed sweeps of five minutes, sending has stopped. */
const UNSENT_AFTER_MS = 10 * 60_000;

/** Since when positions and orders are not stored for people; null while they are, or while it is not known. */
export function unshown({ data, nowMs }: Judged): Untold | null {
  const control = knownValue(data.control);
  const sinceMs = control?.telemetryFailingSinceMs ?? null;
  if (control === null || sinceMs === null) return null;
  const limitMs = knownValue(data.config)?.maxTelemetrySilenceMs ?? null;
  const halted = control.tradingState.state === "HALTED";
  const leftMs = limitMs === null ? null : sinceMs + limitMs - nowMs;
  const halt =
    halted || leftMs === null || limitMs === null
      ? ""
      : leftMs > 0
        ? ` Trading halts in ${durationText(leftMs)}, after ${durationText(limitMs)} of it.`
        : " Trading halts with the next run.";
  return {
    key: "unshown",
    level: "danger",
    word: "not shown",
    text: "Positions and orders on this page may be old: they cannot be stored for people.",
    remedy: `Check the store and the functions’ rights to it; it is tried again every minute.${halt}`,
    sinceMs,
  };
}

function givenUp({ data }: Judged): Untold[] {
  return (knownValue(data.givenUp)?.rows ?? []).map(({ outboxId, title, text, lastError, createdAtMs }) => ({
    key: outboxId,
    level: "warning",
    word: "not told",
    text: `This message reached no person: ${title}: ${text.split("\n")[0]}`,
    remedy: `Given up: ${lastError ?? "no reason recorded"}. It is not sent again: act on it here, and mend the receiver behind BALLAST_NOTIFIER_URL.`,
    sinceMs: createdAtMs,
  }));
}

/** The oldest stands for all; the reason is that of whichever was tried. */
function unsent({ data, nowMs }: Judged): Untold[] {
  const rows = knownValue(data.unsent)?.rows ?? [];
  const [oldest] = rows;
  const tried = rows.find(({ attempts }) => attempts > 0);
  if (oldest === undefined || (tried === undefined && nowMs - oldest.createdAtMs < UNSENT_AFTER_MS))
    return [];
  const remedy =
    tried === undefined
      ? "Messages stay on this page: set BALLAST_NOTIFIER_URL; if it is set, check the schedule telemetryEveryFiveMinutes."
      : `The receiver failed: ${tried.lastError ?? "no reason recorded"}. Mend what stands behind BALLAST_NOTIFIER_URL; it is tried again for a day.`;
  return [
    {
      key: "unsent",
      level: "warning",
      word: "not sent",
      text: `Messages wait to be sent, the oldest is ${oldest.title}.`,
      remedy,
      sinceMs: oldest.createdAtMs,
    },
  ];
}

function unreadable({ data }: Judged): Untold[] {
  const refused = [data.givenUp, data.unsent].find(({ kind }) => kind === "refused");
  const rows = [data.givenUp, data.unsent].some((one) => (knownValue(one)?.unreadable ?? 0) > 0);
  const why = refused !== undefined ? reasonUnknown(refused) : rows ? "a message is unreadable" : null;
  if (why === null) return [];
  return [
    {
      key: "unreadable",
      level: "warning",
      word: "unknown",
      text: `Whether messages reach people is unknown: ${why}.`,
      remedy: "Deploy functions, Hosting and Firestore indexes together, then reload.",
      sinceMs: null,
    },
  ];
}

/** Worst first. */
export function untold(state: Judged): Untold[] {
  const shown = unshown(state);
  return [...(shown === null ? [] : [shown]), ...unreadable(state), ...givenUp(state), ...unsent(state)];
}
