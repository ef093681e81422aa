// The touch for one entry, or for an exit that rests first: asked for beside the loading of the books, and again when it has
// grown too old for the decision. Waited for no longer than it may be old; a venue's silence or refusal is an answer with its
// reason.
// Must never hold up any other reduction, which has no use for it.
import { type Books, bannedUntilMs, type ExecutionDeps } from "#app/books";
import type { AccountProfile } from "#domain/documents/account.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import type { Intent } from "#domain/documents/signal.ts";
import { TOUCH_NOT_ASKED, type TouchAnswer } from "#domain/risk/touch-answer.ts";
import { DeadlineExceededError } from "#ports/deadline.ts";
import { type Venue, VenueError } from "#ports/venue.ts";

interface Reading {
  readonly askedAtMs: number;
  /** May reject without a reader: the answer to a question that is no longer needed. */
  readonly answer: Promise<TouchAnswer>;
}

/** As far as a touch is asked for it. */
type EntryAsked = Pick<Intent, "action" | "symbol"> & Partial<Pick<Intent, "strategyId">>;

export class EntryTouch {
  readonly #deps: ExecutionDeps;
  readonly #intent: EntryAsked;
  #reading: Reading | null = null;
  #bannedUntilMs = 0;

  constructor(deps: ExecutionDeps, intent: EntryAsked) {
    this.#deps = deps;
    this.#intent = intent;
  }

  /** End of a ban that the question met, to be latched with the decision; 0 for none. */
  get bannedUntilMs(): number {
    return this.#bannedUntilMs;
  }

  /** `known`: the account as this process last saw it, which tells where to ask. Without it the question waits. */
  begin(known: Books | undefined): void {
    if (known !== undefined && this.#mayAsk(known)) this.#young(known);
  }

  /** For a decision on these books, now. */
  async answer(books: Books): Promise<TouchAnswer> {
    if (!this.#mayAsk(books)) return TOUCH_NOT_ASKED;
    const { askedAtMs, answer } = this.#young(books);
    const leftMs = askedAtMs + books.config.maxTouchAgeMs - this.#deps.clock.nowMs();
    try {
      // A later answer is too old to decide on, so it is not worth a wait.
      return await this.#deps.deadline.within(answer, leftMs);
    } catch (error) {
      if (!(error instanceof DeadlineExceededError)) throw error;
      return { kind: "unreadable", code: "TIMEOUT" };
    }
  }

  #mayAsk({ control, config }: Books): boolean {
    const { action, strategyId = "" } = this.#intent;
    if (action !== "open" && config.strategies[strategyId]?.exitRouting !== "maker") return false;
    // The entry is refused for the ban, and a question into a ban makes it longer.
    return this.#deps.clock.nowMs() >= control.throttles.venueBannedUntilMs;
  }

  #young(books: Books): Reading {
    const askedAtMs = this.#deps.clock.nowMs();
    const ageMs = askedAtMs - (this.#reading?.askedAtMs ?? Number.NEGATIVE_INFINITY);
    if (this.#reading !== null && ageMs <= books.config.maxTouchAgeMs) return this.#reading;
    const answer = this.#ask(books, askedAtMs);
    answer.catch(() => undefined); // its reader has the error
    this.#reading = { askedAtMs, answer };
    return this.#reading;
  }

  async #ask({ profile }: Books, askedAtMs: number): Promise<TouchAnswer> {
    const { logger } = this.#deps;
    const { symbol } = this.#intent;
    const venue = await this.#open(profile);
    if (typeof venue === "string") return { kind: "unreadable", code: venue };
    try {
      return touchIn(await venue.fetchTopOfBook([symbol]), symbol, askedAtMs);
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      const { kind, code, message } = error;
      logger.warn("The touch for an entry could not be read", { symbol, kind, code, message });
      this.#bannedUntilMs = Math.max(this.#bannedUntilMs, bannedUntilMs(error) ?? 0);
      return { kind: "unreadable", code };
    }
  }

  /** The venue, or why it may not be opened: an entry of an account without keys, or not allowed here, is refused. */
  async #open(profile: AccountProfile): Promise<Venue | string> {
    const { logger, venueFor } = this.#deps;
    try {
      return await venueFor(profile);
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      logger.error("The venue of an entry could not be opened", { accountId: profile.accountId, message });
      return name;
    }
  }
}

function touchIn(tops: readonly TopOfBook[], symbol: string, askedAtMs: number): TouchAnswer {
  const top = tops.find((each) => each.symbol === symbol);
  return top === undefined ? { kind: "missing" } : { kind: "read", touch: { ...top, askedAtMs } };
}
