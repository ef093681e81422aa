// Episodes of conditions: a day of looks at one lasting fault is one thing to tell a person, not thousands. A condition
// that comes and goes within the gap is still the same episode.
import type { Episode, Finding, WatchdogRecord } from "./view.ts";

/** Twenty looks at the usual distance, and five where only the schedule looks: absence for less is flicker, no end. */
export const EPISODE_GAP_MS = 300_000;
/** Often enough that a lasting fault is not forgotten over a night, and six lines a day for each. */
export const REPEAT_MS = 4 * 3_600_000;
const HOUR_MS = 3_600_000;

type Told = Pick<WatchdogRecord, "episodes">;

function conditionOf({ code, subject }: Pick<Finding, "code" | "subject">): string {
  return `${code}/${subject}`;
}

/** Episodes that go on: those of this look, and those that have been absent for less than the gap. */
export function episodesOf(
  findings: readonly Finding[],
  before: Told | null,
  atMs: number,
): Readonly<Record<string, Episode>> {
  // Looks without memory of an earlier one would each begin an episode of their own: they share the hour's.
  const newSinceMs = before === null ? Math.floor(atMs / HOUR_MS) * HOUR_MS : atMs;
  const known = Object.entries(before?.episodes ?? {});
  const kept = new Map(known.filter(([, { seenAtMs }]) => atMs - seenAtMs <= EPISODE_GAP_MS));
  for (const finding of findings) {
    const condition = conditionOf(finding);
    kept.set(condition, { sinceMs: kept.get(condition)?.sinceMs ?? newSinceMs, seenAtMs: atMs });
  }
  return Object.fromEntries(kept);
}

/** The key of its alert: the episode, and its how-manieth repetition. */
export function tellingOf(finding: Finding, { episodes }: Told): string | null {
  const episode = episodes[conditionOf(finding)];
  if (episode === undefined) return null;
  const { sinceMs, seenAtMs } = episode;
  return `${finding.subject}/${sinceMs}/${Math.floor((seenAtMs - sinceMs) / REPEAT_MS)}`;
}

/** Findings of which people were not told when they were last seen, or so long ago that they are told again. */
export function untold(findings: readonly Finding[], before: Told | null, now: Told): readonly Finding[] {
  return findings.filter(
    (finding) => before === null || tellingOf(finding, before) !== tellingOf(finding, now),
  );
}

/** The record without the memory of conditions that could not be told: the next look tells them. */
export function forgetting(record: WatchdogRecord, findings: readonly Finding[]): WatchdogRecord {
  const forgotten = new Set(findings.map(conditionOf));
  const kept = Object.entries(record.episodes).filter(([condition]) => !forgotten.has(condition));
  return { ...record, episodes: Object.fromEntries(kept) };
}
