// A venue's ban of our address, known to all accounts of the venue: at once in the process that met it, and in others by the
// mark that every schedule reads in its minute. No request is made under a ban that is known, and none costs a write: each
// process stores a ban once. A hint besides the accounts' own brakes (rule 4, brakes outlive processes, docs/RULES.md).
import { type AccountsMark, readAccountsMark } from "#app/accounts";
import { encode } from "#app/documents";
import type { AccountProfile } from "#domain/documents/account.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Clock } from "#ports/clock.ts";
import { DocumentError, type DocumentPort } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import type { KnownBan } from "#ports/venue.ts";

/** Ends of bans, by venue and mode: accounts of one mode ask the same host. */
type Ends = Readonly<Record<string, number>>;

export interface BanMemory {
  known: Ends;
  /** Of bans that this process has met, and has not stored yet. */
  unstored: Ends;
}

export interface SharedBans {
  /** As the client of an account asks it, and tells it. */
  of(profile: Pick<AccountProfile, "venue" | "mode">): KnownBan;
  /** From the mark, as a schedule has read it. */
  learn(mark: AccountsMark): void;
  /** Stores the bans that this process has met, where the mark does not tell of them yet. Never throws for the store. */
  store(): Promise<void>;
}

interface BanParts {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly memory: BanMemory;
}

export function createSharedBans({ documents, clock, logger, memory }: BanParts): SharedBans {
  return {
    of({ venue, mode }) {
      const place = `${venue}/${mode}`;
      return {
        untilMs: () => memory.known[place] ?? 0,
        met(untilMs) {
          if (untilMs <= (memory.known[place] ?? 0)) return;
          memory.known = { ...memory.known, [place]: untilMs };
          memory.unstored = { ...memory.unstored, [place]: untilMs };
        },
      };
    },
    learn({ bans = {} }) {
      memory.known = later(memory.known, bans);
    },
    async store() {
      const { unstored } = memory;
      if (Object.keys(unstored).length === 0) return;
      try {
        await storeEnds(documents, unstored, clock.nowMs());
        if (memory.unstored === unstored) memory.unstored = {};
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error;
        // The end of this process's next duty tries again; others meet the ban themselves until then.
        logger.warn("A venue's ban could not be stored for the other accounts", { cause: error.message });
      }
    },
  };
}

async function storeEnds(documents: DocumentPort, ends: Ends, nowMs: number): Promise<void> {
  const { mark, version } = await readAccountsMark(documents);
  // One that cannot be read is left to the operator's next change, which writes it anew.
  if (mark === "unreadable") return;
  const before = mark?.bans ?? {};
  const bans = pending(later(before, ends), nowMs);
  if (Object.entries(ends).every(([place, untilMs]) => (before[place] ?? 0) >= untilMs)) return;
  const path = paths.accountsMark;
  const data = encode({ changedAtMs: mark?.changedAtMs ?? nowMs, bans });
  await documents.commit([
    version === null ? { op: "create", path, data } : { op: "set", path, data, version },
  ]);
}

function later(these: Ends, those: Ends): Ends {
  const places = new Set([...Object.keys(these), ...Object.keys(those)]);
  return Object.fromEntries(
    [...places].map((place) => [place, Math.max(these[place] ?? 0, those[place] ?? 0)]),
  );
}

function pending(ends: Ends, nowMs: number): Ends {
  return Object.fromEntries(Object.entries(ends).filter(([, untilMs]) => untilMs > nowMs));
}
