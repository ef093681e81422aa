// The queue as every commit of an account leaves it: without the entries that have ended since, the rest in the order of
// their ranks. An entry ends when its time is over, when its strategy has left its side since, with a halt or a flatten,
// and when the queue is switched off. Pure; promotions, replacements and an operator's drops are decided elsewhere.

import { type AccountConfig, NO_CONFIG_VERSION } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { QueuedEntry, QueueEnd } from "#domain/documents/queue.ts";
import { denial } from "#domain/risk/context.ts";
import { isHalted } from "#domain/risk/permission.ts";
import { isPastQueue, queueExpired } from "#domain/risk/queued.ts";
import { supersededBy } from "#domain/risk/supersession.ts";
import { replacedBy } from "./join-queue.ts";
import { type RankGround, rankQueue } from "./rank-queue.ts";

/** An entry that has left the queue without being decided again. */
export interface LeftQueue {
  readonly entry: QueuedEntry;
  readonly end: Exclude<QueueEnd, "PROMOTED">;
  readonly endedBy: string | null;
  readonly denials: readonly Denial[];
}

export interface TendedQueue {
  readonly queue: readonly QueuedEntry[];
  readonly left: readonly LeftQueue[];
}

type TendingGround = Omit<RankGround, "slots"> & { readonly config: AccountConfig };

export function tendQueue(control: ControlState, ground: TendingGround, nowMs: number): TendedQueue {
  if (control.queue.length === 0) return { queue: control.queue, left: [] };
  const left = control.queue.flatMap((entry) => endOf(entry, control, ground.config, nowMs) ?? []);
  const gone = new Set(left.map(({ entry }) => entry.intentId));
  const waiting = control.queue.filter(({ intentId }) => !gone.has(intentId));
  return { queue: rankQueue(waiting, { ...ground, slots: control.slots }), left };
}

function endOf(
  entry: QueuedEntry,
  control: ControlState,
  config: AccountConfig,
  nowMs: number,
): LeftQueue | null {
  if (isHalted(control)) {
    const halted = denial("TRADING_HALTED", { limit: "ACTIVE", actual: "HALTED", unit: "state" });
    return { entry, end: "HALTED", endedBy: null, denials: [halted] };
  }
  const superseded = supersededBy(control, entry);
  if (superseded !== null) return { entry, end: "SUPERSEDED", endedBy: null, denials: [superseded] };
  if (isSwitchedOff(config)) return droppedBy(entry, `config v${config.version}`);
  if (!isPastQueue(entry, config, nowMs)) return null;
  return { entry, end: "EXPIRED", endedBy: null, denials: [queueExpired(entry, nowMs)] };
}

/** By an operator's config. While no config can be read nothing is promoted, and entries wait as long as they may. */
function isSwitchedOff({ queue, version }: AccountConfig): boolean {
  return queue === null && version !== NO_CONFIG_VERSION;
}

export function droppedBy(entry: QueuedEntry, actor: string): LeftQueue {
  const denials = [denial("QUEUE_DROPPED", { actual: actor, unit: "actor", subject: entry.symbol })];
  return { entry, end: "DROPPED", endedBy: actor, denials };
}

export function replacedIn(entry: QueuedEntry, newerIntentId: string): LeftQueue {
  const denials = [replacedBy(newerIntentId, entry.symbol)];
  return { entry, end: "REPLACED", endedBy: newerIntentId, denials };
}
