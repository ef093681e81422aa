// Commands on queued entries: one leaves the queue for good, or goes before all others. Neither makes a place: a preferred
// entry gets the next one that is free, and meets the checks of any entry then.
import type { Command } from "#domain/documents/command.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import { droppedBy } from "#domain/queue/tend-queue.ts";
import { type AppliedCommand, type CommandContext, done, type RequestOf, refused } from "./applied.ts";

export function dropQueued(
  { actor }: Command,
  { intentId }: RequestOf<"drop_queued">,
  context: CommandContext,
): AppliedCommand {
  const { control } = context;
  const entry = queued(context, intentId);
  if (entry === undefined) return refused(context, notQueued(intentId));
  const queue = control.queue.filter((each) => each !== entry);
  const leftQueue = [droppedBy(entry, actor)];
  return done({ ...control, queue }, `${wordsOf(entry)} dropped from the queue`, { leftQueue });
}

export function promoteQueued(
  { actor }: Command,
  { intentId }: RequestOf<"promote_queued">,
  context: CommandContext,
): AppliedCommand {
  const { control } = context;
  const entry = queued(context, intentId);
  if (entry === undefined) return refused(context, notQueued(intentId));
  const queue = control.queue.map((each) => (each === entry ? { ...each, preferredBy: actor } : each));
  return done({ ...control, queue }, `${wordsOf(entry)} goes before all others that were not preferred`);
}

function queued({ control }: CommandContext, intentId: string): QueuedEntry | undefined {
  return control.queue.find((each) => each.intentId === intentId);
}

/** It may have been promoted, or have ended, since the screen showed it. */
function notQueued(intentId: string): string {
  return `No entry ${intentId} waits in the queue; its receipt tells what became of it`;
}

function wordsOf({ side, symbol, strategyId }: QueuedEntry): string {
  return `The ${side} entry of ${symbol} by ${strategyId}`;
}
