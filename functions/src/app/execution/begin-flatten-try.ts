// The first commit of every look at a flatten: takes the lease, with a new fence if another holder had it,
// and dates the try. From here on every write of an overtaken holder fails; the orders it sent are resolved
// by their records.

import type { Books, ExecutionDeps } from "#app/books";
import { commitBooks } from "#app/books";
import { alertWritesOnce } from "#app/telling";
import { acquireLease } from "#domain/books/lease.ts";
import type { FlattenOrder } from "#domain/documents/control.ts";

/** A flatten usually takes seconds; after this somebody should look at the venue. */
const SLOW_AFTER_MS = 60_000;

export async function beginFlattenTry(deps: ExecutionDeps, books: Books, actor: string): Promise<Books> {
  const { control } = books;
  if (control.flatten === null) return books;
  const nowMs = deps.clock.nowMs();
  const lease = acquireLease(control.lease, deps.holderId, nowMs);
  const flatten: FlattenOrder = { ...control.flatten, lastTriedAtMs: nowMs };
  return await commitBooks(deps, books, {
    kind: "FLATTEN_TRIED",
    subject: flatten.flattenId,
    actor,
    control: { ...control, lease, flatten },
    // Told once: by two clocks it may become slow twice, and a batch that tells it again would never land.
    also: becomesSlow(control.flatten, nowMs)
      ? await alertWritesOnce(deps, slow(books.accountId, flatten))
      : [],
  });
}

/** Once: when the first try after that time begins. */
function becomesSlow({ orderedAtMs, lastTriedAtMs }: FlattenOrder, nowMs: number): boolean {
  const slowAtMs = orderedAtMs + SLOW_AFTER_MS;
  return nowMs >= slowAtMs && (lastTriedAtMs ?? 0) < slowAtMs;
}

function slow(accountId: string, { flattenId, reason, step }: FlattenOrder) {
  return {
    accountId,
    severity: "critical",
    code: "FLATTEN_SLOW",
    message: `The flatten (${reason}) is not done after ${SLOW_AFTER_MS / 1_000} s and ${step} orders; it goes on`,
    remedy: "Look at the venue's status and at its open positions; close them there if it does not answer us",
    dedupeKey: flattenId,
  } as const;
}
