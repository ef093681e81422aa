// Whether what is shown is live. Three witnesses: the browser's network, Firestore's own word that it answers from
// its cache, and the minute-by-minute NAV run, whose silence shows when the others do not.
import { durationText } from "./age.ts";
import type { AccountData, State } from "./state.ts";
import { knownValue, type Watched } from "./watched.ts";

type ConnectionKind = "connecting" | "live" | "refused" | "silent" | "reconnecting" | "offline";

export interface Connection {
  readonly kind: ConnectionKind;
  readonly word: string;
  /** Null when there is nothing to say. */
  readonly sentence: string | null;
}

/** The NAV schedule runs each minute; two runs missed and half a minute of grace is silence. */
export const SILENCE_AFTER_MS = 150_000;

function watched(data: AccountData): Watched<unknown>[] {
  const { series, ...documents } = data;
  return Object.values(documents);
}

export function connectionOf({ data, online, nowMs }: Pick<State, "data" | "online" | "nowMs">): Connection {
  const all = watched(data);
  const nav = knownValue(data.nav);
  if (!online) {
    return {
      kind: "offline",
      word: "Offline",
      sentence: "This device is offline. What you see is the last known, until the network is back.",
    };
  }
  if (all.some((one) => one.kind === "value" && one.fromCache)) {
    return {
      kind: "reconnecting",
      word: "Reconnecting",
      sentence: "Firestore cannot be reached. What you see is the last known; reconnecting by itself.",
    };
  }
  if (all.every((one) => one.kind === "loading"))
    return { kind: "connecting", word: "Connecting", sentence: null };
  if (all.every((one) => one.kind === "refused"))
    return { kind: "refused", word: "No access", sentence: null };
  if (nav !== null && nowMs - nav.checkedAtMs > SILENCE_AFTER_MS) {
    return {
      kind: "silent",
      word: "Silent",
      sentence: `The NAV schedule has not reported for ${durationText(nowMs - nav.checkedAtMs)}. It runs every minute: check that the functions and the scheduler are up.`,
    };
  }
  return { kind: "live", word: "Live", sentence: null };
}
