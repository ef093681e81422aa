// The ledger of dust made what the venue holds. Must only be called when no order of the symbol is in flight and the venue's
// position list has had time to follow its fills.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks } from "#app/books";
import { withDustOf } from "#domain/books/dust.ts";
import type { PositionFinding } from "#domain/books/positions.ts";
import { dec } from "#domain/decimal.ts";

export async function adjustDust(
  deps: ExecutionDeps,
  books: Books,
  { symbol, venueBase, bookedBase }: Extract<PositionFinding, { kind: "dustDiffers" }>,
  actor: string,
): Promise<Books> {
  deps.logger.info("Dust was closed at the venue", { symbol, venueBase, bookedBase });
  const dust = withDustOf(books.control.dust, symbol, dec(venueBase));
  const control = { ...books.control, dust };
  return await commitBooks(deps, books, { kind: "DUST_ADJUSTED", subject: symbol, actor, control });
}
