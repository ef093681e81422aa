// After an error a holder goes on from its own last commit, and never from the books of another holder: a commit on those
// would take that holder's lease.
import { expect, it } from "vitest";
import { lastCommitted } from "#functions/app/books/last-committed.ts";
import { loadBooks } from "#functions/app/books/load-books.ts";
import { ACCOUNT, createWorld } from "#test/support/world.ts";

it.each([
  ["its own last commit", "own", "remembered"],
  ["what it was given, where another holds the account by now", "another", "given"],
  ["what it was given, where the lease is free by now", null, "given"],
] as const)("is %s", async (_, holder, expected) => {
  const world = await createWorld();
  const deps = world.instance("holder");
  const given = await loadBooks(deps, ACCOUNT);
  const holderId = holder === "own" ? deps.holderId : holder;
  const lease = { holderId, fence: 7, expiresAtMs: world.clock.nowMs() + 1_000 };
  const remembered = { ...given, control: { ...given.control, lease } };
  deps.cache.set(ACCOUNT, remembered);
  expect(lastCommitted(deps, given)).toBe(expected === "given" ? given : remembered);
});

it("is what it was given where nothing is remembered, as after a commit that failed", async () => {
  const deps = (await createWorld()).instance("holder");
  const given = await loadBooks(deps, ACCOUNT);
  deps.cache.delete(ACCOUNT);
  expect(lastCommitted(deps, given)).toBe(given);
});
