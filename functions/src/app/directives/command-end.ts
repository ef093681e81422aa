// The end of a command as writes: its document with the outcome, and the reply to its sender. They go in the batch of its
// effect, so that neither is stored without the other.

import { encodeWithTtl, RETENTION_MS } from "#app/documents";
import { outboxWrite } from "#app/telling";
import type { Command } from "#domain/documents/command.ts";
import type { DocumentVersion, DocumentWrite } from "#ports/documents.ts";

export function commandEndWrites(
  at: { readonly path: string; readonly version: DocumentVersion },
  command: Command,
  nowMs: number,
): readonly DocumentWrite[] {
  const { accountId, commandId, request, status, outcome, receivedAtMs } = command;
  const data = encodeWithTtl(command, receivedAtMs, RETENTION_MS.commands);
  return [
    { op: "set", path: at.path, data, version: at.version },
    outboxWrite(
      {
        accountId,
        kind: "commandReply",
        subject: commandId,
        title: `${request.kind}: ${status.toLowerCase()}`,
        text: outcome ?? "",
        severity: status === "DONE" ? "info" : "warning",
      },
      nowMs,
    ),
  ];
}
