// Reads `commands/{id}` for the list of commands and their progress. The kind stays open: a command of a newer server
// is shown by its name, never hidden.
import type { Command } from "../../../functions/src/domain/command.ts";
import { amount, nullable, number, oneOf, optional, shape, text } from "./shape.ts";

/** What the screen says of a request; a member that the kind does not have is null. */
export interface ShownRequest {
  readonly kind: string;
  readonly horizonAtMs: number | null;
  readonly stopLossNavUsd: string | null;
  readonly symbol: string | null;
  readonly alertId: string | null;
  readonly baseVersion: number | null;
}
export type CommandRow = Omit<Command, "request" | "accountId"> & { readonly request: ShownRequest };

const requestReader = shape<ShownRequest>({
  kind: text,
  horizonAtMs: optional(nullable(number)),
  stopLossNavUsd: optional(nullable(amount)),
  symbol: optional(nullable(text)),
  alertId: optional(text),
  baseVersion: optional(number),
});

export const commandReader = shape<CommandRow>({
  commandId: text,
  sequence: number,
  request: requestReader,
  reason: text,
  actor: text,
  confirmedBy: nullable(text),
  status: oneOf("UNCONFIRMED", "STORED", "DONE", "REFUSED", "EXPIRED"),
  receivedAtMs: number,
  expiresAtMs: number,
  outcome: nullable(text),
  endedAtMs: nullable(number),
});
