// Guards the right to act: a lease holds exactly until it expires. The fence grows with every change of
// holder and only then, so that an older holder's write can be told from the present one's.
import { describe, expect, it } from "vitest";
import { acquireLease, isHeldByOther, LEASE_DURATION_MS, releaseLease } from "#domain/books/lease.ts";
import { NOW_MS } from "#test/support/factories.ts";

const lease = (holderId: string | null, expiresAtMs: number, fence = 7) => ({ holderId, fence, expiresAtMs });

describe("a lease is another's", () => {
  it.each([
    ["of another, in force", lease("b", NOW_MS + 1), true],
    ["of another, expired this moment", lease("b", NOW_MS), false],
    ["without a holder", lease(null, NOW_MS + 1), false],
    ["one's own", lease("a", NOW_MS + 1), false],
  ] as const)("%s", (_case, held, expected) => {
    expect(isHeldByOther(held, "a", NOW_MS)).toBe(expected);
  });
});

describe("taking a lease", () => {
  it.each([
    ["keeps the fence when it is renewed in time", lease("a", NOW_MS + 1), 7],
    ["raises the fence when one's own has expired: another may have acted since", lease("a", NOW_MS), 8],
    ["raises the fence when it was another's", lease("b", NOW_MS), 8],
    ["raises the fence when it was another's and is still in force", lease("b", NOW_MS + 1), 8],
    ["raises the fence when it was released", lease(null, 0), 8],
  ] as const)("%s", (_case, held, fence) => {
    const taken = { holderId: "a", fence, expiresAtMs: NOW_MS + LEASE_DURATION_MS };
    expect(acquireLease(held, "a", NOW_MS)).toEqual(taken);
  });
});

describe("a released lease", () => {
  it("is free and keeps its fence, so that the next holder's is higher", () => {
    expect(releaseLease(lease("a", NOW_MS + 1))).toEqual(lease(null, 0));
  });

  it("lasts several times the slowest venue call", () => {
    expect(LEASE_DURATION_MS).toBe(30_000);
  });
});
