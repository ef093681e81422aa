// Waiting between tries with full jitter, so that instances that collided once do not collide again.
import type { Identity } from "#ports/identity.ts";

/** Whole milliseconds between 0 and twice `meanMs`. */
export function jitteredMs(identity: Identity, meanMs: number): number {
  return Math.round(2 * meanMs * identity.random());
}
