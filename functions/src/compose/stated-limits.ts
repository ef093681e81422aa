// The limits of requests that each venue has stated, as this process knows them: from the markets in books that it holds, else
// from `universe/{venue}`, once an hour. A store that cannot be asked leaves them as they are, and stops no exit.
import { decode, NewerDocumentError, UnusableDocumentError } from "#app/documents";
import type { AccountProfile, VenueId } from "#domain/documents/account.ts";
import type { RequestLimits, Universe } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Clock } from "#ports/clock.ts";
import { DocumentError, type DocumentPort } from "#ports/documents.ts";
import type { Logger } from "#ports/logger.ts";
import { universeSchema } from "#schemas/nav.ts";

/** Markets are refreshed every hour, and the limits with them: one read an hour for each process that holds no books. */
const LIMITS_FRESH_MS = 3_600_000;

export interface KnownLimits {
  readonly stated: NonNullable<Universe["requestLimits"]> | null;
  /** Of the universe that stated them. */
  readonly asOfMs: number;
  readonly readAtMs: number;
}

const NOTHING_KNOWN = { stated: null, asOfMs: 0 } as const;

export interface StatedLimits {
  /** Reads them where they are due; call before an account's client is opened or looked at again. */
  learn(profile: AccountProfile): Promise<void>;
  /** Takes them from the account's books, where this process holds some. */
  note(profile: AccountProfile): void;
  /** Null: none are known for accounts of this mode, and the documented ones count. */
  of(profile: Pick<AccountProfile, "venue" | "mode">): RequestLimits | null;
}

interface LimitsParts {
  readonly documents: DocumentPort;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly booksOf: (accountId: string) => { readonly universe: Universe | null } | undefined;
  readonly known: Map<VenueId, KnownLimits>;
}

export function createStatedLimits({ documents, clock, logger, booksOf, known }: LimitsParts): StatedLimits {
  const keep = (venue: VenueId, universe: Universe | null): void => {
    const before = known.get(venue) ?? NOTHING_KNOWN;
    const readAtMs = clock.nowMs();
    // One that was put together without the venue's document says nothing of them.
    const isNews = universe?.requestLimits !== undefined && universe.asOfMs >= before.asOfMs;
    const { asOfMs, requestLimits: stated = null } = isNews
      ? universe
      : { ...before, requestLimits: before.stated };
    known.set(venue, { stated, asOfMs, readAtMs });
  };
  const note = ({ accountId, venue }: AccountProfile): void => {
    const universe = booksOf(accountId)?.universe ?? null;
    if (universe?.venue === venue) keep(venue, universe);
  };
  return {
    note,
    async learn(profile) {
      const { venue } = profile;
      note(profile);
      const readAtMs = known.get(venue)?.readAtMs ?? Number.NEGATIVE_INFINITY;
      if (clock.nowMs() - readAtMs < LIMITS_FRESH_MS) return;
      try {
        const [snapshot] = await documents.getAll([paths.universe(venue)]);
        keep(venue, snapshot === undefined ? null : decode(universeSchema, snapshot));
      } catch (error) {
        if (!isOfDocument(error)) throw error;
        logger.warn("The venue's stated limits could not be read; those that were known count", {
          venue,
          cause: error.message,
        });
      }
    },
    of({ venue, mode }) {
      const stated = known.get(venue)?.stated ?? null;
      // A venue's test system may state others.
      return stated?.askedAs === mode ? stated : null;
    },
  };
}

function isOfDocument(error: unknown): error is Error {
  return (
    error instanceof DocumentError ||
    error instanceof UnusableDocumentError ||
    error instanceof NewerDocumentError
  );
}
