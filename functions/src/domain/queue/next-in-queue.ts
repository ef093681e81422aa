// The queued entry that may be decided again now: the first in rank whose place is free. One behind it whose own tier or
// bucket has room does not wait for one whose tier or bucket is full. Pure.

import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import { fullPoolsFor } from "#domain/risk/pool.ts";

export interface QueueBooks {
  readonly control: ControlState;
  readonly config: AccountConfig;
}

/** Null: none waits, or none has room. `passedOver`: entries that cannot be decided in this pass. */
export function nextInQueue(
  { control, config }: QueueBooks,
  passedOver: ReadonlySet<string> = new Set(),
): QueuedEntry | null {
  const free = control.queue.find(
    ({ intentId, symbol }) => !passedOver.has(intentId) && fullPoolsFor(control, config, symbol).length === 0,
  );
  return free ?? null;
}
