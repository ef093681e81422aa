// The simulator on the command line: many seeds, one seed, or every mutation switch. Writes through what it is given and
// asks the clock it is given, so that nothing here is ambient.
import type { VenueId } from "#domain/documents/account.ts";
import { MUTATIONS } from "./mutations/all.ts";
import { readCaughtAt, withFinding, writeCaughtAt } from "./mutations/caught-at.ts";
import { tryMutation } from "./mutations/try-mutation.ts";
import { reportOf } from "./report.ts";
import { simulate } from "./simulate.ts";

/** Between two lines of progress. */
const PROGRESS_MS = 5_000;
/** Violations reported in full, which takes some twenty seconds each; those after them get a line. */
const MAX_REPORTS = 5;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

export interface Terminal {
  readonly write: (line: string) => void;
  /** Real time since some start. */
  readonly elapsedMs: () => number;
  /** Whether somebody wants the run to stop. Resolves after signals had their turn: a run of seeds never lets them in. */
  readonly isStopped: () => Promise<boolean>;
}

export interface Seeds {
  readonly from: number;
  readonly seeds: number;
  /** Where every paper account is; null: as each seed draws it. */
  readonly venue: VenueId | null;
}

/** Runs `seeds` seeds from `from`. True when no rule broke. */
export async function runSeeds({ from, seeds, venue }: Seeds, terminal: Terminal): Promise<boolean> {
  const { write, elapsedMs } = terminal;
  const startedMs = elapsedMs();
  let shownMs = startedMs;
  let simulatedMs = 0;
  let violations = 0;
  let seed = from;
  const soFar = (): string => {
    const tookMs = Math.max(1, elapsedMs() - startedMs);
    const perMinute = Math.round(((seed - from) / tookMs) * MINUTE_MS);
    const timesReal = Math.round(simulatedMs / tookMs);
    return `${seed - from} schedules, ${violations} violations, ${perMinute} schedules per minute, ${timesReal} times real time`;
  };
  for (; seed < from + seeds && !(await terminal.isStopped()); seed += 1) {
    const result = await simulate({ seed, venue });
    simulatedMs += result.simulatedMs;
    if (result.violation !== null) {
      violations += 1;
      if (violations > MAX_REPORTS) write(`seed ${seed} broke ${result.violation.invariant}`);
      else for (const line of await reportOf(result)) write(line);
    }
    if (elapsedMs() - shownMs < PROGRESS_MS) continue;
    shownMs = elapsedMs();
    write(`seed ${seed}: ${soFar()}`);
  }
  const left = from + seeds - seed;
  if (left > 0) write(`stopped; go on with --from ${seed} --seeds ${left}`);
  write(`sim: ${soFar()}`);
  return violations === 0;
}

/** One line a seed: the hash of its event log. A change that is not meant to change behaviour leaves all of them alike. */
export async function printHashes(
  { from, seeds, venue }: Seeds,
  { write, isStopped }: Terminal,
): Promise<boolean> {
  for (let seed = from; seed < from + seeds; seed += 1) {
    if (await isStopped()) return false;
    write(`${seed} ${(await simulate({ seed, venue })).hash}`);
  }
  return true;
}

/** One seed, event by event. True when no rule broke. */
export async function runSeed(seed: number, venue: VenueId | null, { write }: Terminal): Promise<boolean> {
  const result = await simulate({ seed, venue, withStacks: true });
  for (const line of result.log.tail(result.log.length)) write(line);
  if (result.violation !== null) for (const line of await reportOf(result)) write(line);
  write(
    `sim: seed ${seed}, ${result.violation === null ? "no rule" : result.violation.invariant} broke, ` +
      `${result.items} items, ${result.strikes} faults, ${result.calls} port calls, event log ${result.hash}`,
  );
  return result.violation === null;
}

/**
 * Every switch in turn, or those whose names contain `only`. True when each was caught. The seeds that caught them are
 * stored after each, so that a run that is stopped has not been for nothing.
 */
export async function runMutations(
  only: string,
  { write, elapsedMs, isStopped }: Terminal,
): Promise<boolean> {
  const chosen = MUTATIONS.filter(({ name }) => name.includes(only));
  const names = MUTATIONS.map(({ name }) => name);
  let survivors = 0;
  let tried = 0;
  for (const mutation of chosen) {
    if (await isStopped()) break;
    const startedMs = elapsedMs();
    const { by, runs } = await tryMutation(mutation, readCaughtAt()[mutation.name] ?? []);
    tried += 1;
    if (by === null) survivors += 1;
    // Read anew: another run may have stored what it found in the meantime.
    writeCaughtAt(withFinding(readCaughtAt(), mutation.name, by?.seed ?? null), names);
    const seconds = ((elapsedMs() - startedMs) / SECOND_MS).toFixed(1);
    const outcome =
      by === null
        ? `SURVIVED ${runs} seeds`
        : `caught at seed ${by.seed} by ${by.violation?.invariant}: ${by.violation?.message}`;
    write(`${mutation.name.padEnd(24)} ${mutation.says}`);
    write(`${" ".repeat(24)} ${runs} runs, ${seconds} s: ${outcome}`);
  }
  write(`sim: ${tried} of ${chosen.length} mutations, ${survivors} survived`);
  return survivors === 0 && tried === chosen.length;
}
