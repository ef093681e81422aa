// The ground of a command on a position, asked of the venue where the decision needs it, and the decision on it. A venue that
// is silent leaves a part of the ground unknown, and the decision refuses for want of it. Must only be called under the lease.

import type { Books, ExecutionDeps } from "#app/books";
import { latchBan, withMarket } from "#app/books";
import { isGroupSetAside } from "#domain/books/set-aside.ts";
import { adoptPosition } from "#domain/command/adopt-position.ts";
import { asksForPrice, decidePosition } from "#domain/command/position-commands.ts";
import type { PositionDecision } from "#domain/command/position-decision.ts";
import type { AdoptRequest, Command, GroupRequest, PositionRequest } from "#domain/documents/command.ts";
import type { TopOfBook } from "#domain/documents/market.ts";
import { LiveTradingRefusedError } from "#domain/risk/live-gate.ts";
import { MissingSecretError } from "#ports/secrets.ts";
import { partly, partlyFor, type Venue, VenueError } from "#ports/venue.ts";

export interface Decided {
  /** With the market that was asked for, and a ban that was met. */
  readonly books: Books;
  readonly decision: PositionDecision;
}

export async function decideDirective(
  deps: ExecutionDeps,
  books: Books,
  command: Command,
  request: PositionRequest,
): Promise<Decided> {
  return request.kind === "adopt_position"
    ? await decideAdoption(deps, books, command, request)
    : await decideOnGroup(deps, books, command, request);
}

async function decideOnGroup(
  deps: ExecutionDeps,
  given: Books,
  command: Command,
  request: GroupRequest,
): Promise<Decided> {
  const { groupId } = request;
  const symbol = given.groups[groupId]?.symbol;
  const asks = symbol !== undefined && given.control.flatten === null;
  const { books, answer: top } = asks
    ? await asked(deps, given, { symbol, actor: command.actor }, (venue) =>
        asksForPrice(request) ? priceOf(deps, given, venue, symbol) : Promise.resolve(null),
      )
    : { books: given, answer: null };
  const { control, config, groups } = books;
  const group = groups[groupId] ?? null;
  const decision = decidePosition(command, request, {
    control,
    config,
    group,
    isSetAside: isGroupSetAside(books, groupId),
    market: group === null ? null : (books.universe?.markets[group.symbol] ?? null),
    top,
    nowMs: deps.clock.nowMs(),
  });
  return { books, decision };
}

/** Quantity and entry price are of the account's one answer; the list of positions is another endpoint's word. */
async function decideAdoption(
  deps: ExecutionDeps,
  given: Books,
  command: Command,
  request: AdoptRequest,
): Promise<Decided> {
  const { symbol } = request;
  const { books, answer } = await asked(deps, given, { symbol, actor: command.actor }, async (venue) => {
    const { readable: account, unread } = await partly(venue.fetchAccount());
    const isYoung = deps.clock.nowMs() - account.asOfMs <= given.config.maxMarkAgeMs;
    const isRead = unread.every(({ subject }) => subject !== symbol);
    const positions = await partlyFor(venue.fetchPositions(), symbol);
    const top = await priceOf(deps, given, venue, symbol);
    return { account: isYoung && isRead ? account.positions : null, positions, top };
  });
  const { control, config, groups } = books;
  const decision = adoptPosition(command, request, {
    control,
    config,
    groups,
    market: books.universe?.markets[symbol] ?? null,
    top: answer?.top ?? null,
    account: answer?.account ?? null,
    positions: answer?.positions ?? null,
    nowMs: deps.clock.nowMs(),
  });
  return { books, decision };
}

/** Null: none, or none that is young enough. */
async function priceOf(
  deps: ExecutionDeps,
  { config }: Books,
  venue: Venue,
  symbol: string,
): Promise<TopOfBook | null> {
  const tops = await partlyFor(venue.fetchTopOfBook([symbol]), symbol);
  const top = tops.find((each) => each.symbol === symbol) ?? null;
  return top !== null && deps.clock.nowMs() - top.asOfMs <= config.maxMarkAgeMs ? top : null;
}

/** An account that may not reach its venue, or has no keys for it, is as one whose venue is silent: it tells of itself. */
async function asked<Answer>(
  deps: ExecutionDeps,
  given: Books,
  { symbol, actor }: { readonly symbol: string; readonly actor: string },
  ask: (venue: Venue) => Promise<Answer>,
): Promise<{ readonly books: Books; readonly answer: Answer | null }> {
  let books = given;
  try {
    books = await withMarket(deps, given, symbol);
    return { books, answer: await ask(await deps.venueFor(books.profile)) };
  } catch (error) {
    const isShut = error instanceof LiveTradingRefusedError || error instanceof MissingSecretError;
    if (!isShut && !(error instanceof VenueError)) throw error;
    const cause = error.message;
    deps.logger.warn("The venue did not answer for a command on a position", { symbol, cause });
    return { books: isShut ? books : await latchBan(deps, books, error, actor), answer: null };
  }
}
