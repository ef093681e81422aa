// Ids from the operating system's random source; jitter from the runtime's. Neither decides about money.
import { randomUUID } from "node:crypto";
import type { Identity } from "#ports/identity.ts";

export function createSystemIdentity(): Identity {
  return {
    // 122 random bits: unguessable, and 36 characters of [a-f0-9-].
    newId: () => randomUUID(),
    random: () => Math.random(),
  };
}
