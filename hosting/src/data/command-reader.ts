// Reads `commands/{id}` for the list of commands and their progress. The kind stays open: a command of a newer server
// is shown by its name, never hidden.
import { COMMAND_STATUSES } from "#domain/documents/words.ts";
import type { CommandRow, ShownRequest } from "../model/rows.ts";
import { amount, nullable, number, oneOf, optional, shape, text } from "./shape.ts";

const requestReader = shape<ShownRequest>({
  kind: text,
  horizonAtMs: optional(nullable(number)),
  stopLossNavUsd: optional(nullable(amount)),
  symbol: optional(nullable(text)),
  alertId: optional(text),
  intentId: optional(text),
  groupId: optional(text),
  shareBps: optional(number),
  baseVersion: optional(number),
});

export const commandReader = shape<CommandRow>({
  commandId: text,
  sequence: number,
  request: requestReader,
  reason: text,
  actor: text,
  confirmedBy: nullable(text),
  status: oneOf(COMMAND_STATUSES),
  receivedAtMs: number,
  expiresAtMs: number,
  outcome: nullable(text),
  endedAtMs: nullable(number),
});
