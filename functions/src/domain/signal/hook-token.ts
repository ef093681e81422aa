// The direct mode's token: revocable, one per strategy, stored only as its hash. Compared in constant time.
import { createHash, timingSafeEqual } from "node:crypto";

/** Compared against when there is no hook, so that an unknown hook takes as long as a wrong token. */
const NO_TOKEN_SHA256 = "0".repeat(64);

/** SHA-256 of a token, hex: what a hook document holds. */
export function tokenSha256(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}

/** True when `token` is the one whose hash the hook holds. Null for the hash of a hook that has none: never true. */
export function tokenMatches(token: string | null, expectedSha256: string | null): boolean {
  const given = Buffer.from(tokenSha256(token ?? ""), "hex");
  const expected = Buffer.from(expectedSha256 ?? NO_TOKEN_SHA256, "hex");
  const equal = given.length === expected.length && timingSafeEqual(given, expected);
  return equal && token !== null && token !== "" && expectedSha256 !== null;
}
