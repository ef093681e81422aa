// Which accounts are served together in a minute: in an order drawn from account and minute, so that no two stay neighbours.
import { createHash } from "node:crypto";
import type { AccountProfile } from "#domain/documents/account.ts";

/** Each account once; none larger than `size`. The same minute always gives the same batches. */
export function drawnBatches(
  profiles: readonly AccountProfile[],
  minute: number,
  size: number,
): readonly (readonly AccountProfile[])[] {
  const drawn = profiles
    .map((profile) => ({ profile, key: keyOf(profile.accountId, minute) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ profile }) => profile);
  const count = Math.ceil(drawn.length / size);
  return Array.from({ length: count }, (_, place) => drawn.slice(place * size, (place + 1) * size));
}

function keyOf(accountId: string, minute: number): string {
  return createHash("sha256").update(`${minute}/${accountId}`).digest("hex");
}
