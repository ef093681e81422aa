// Stands where the function `commands` stands behind Hosting: it keeps what was posted, answers by the contract, and
// writes the command's document as the real one does. What the command then does is the test's to write.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Firestore } from "firebase-admin/firestore";
import { type Command, NEEDS_CONFIRMATION } from "#domain/documents/command.ts";
import { commandSchema, postedCommandSchema, postedConfirmationSchema } from "#schemas/command.ts";

interface Posted {
  readonly path: string;
  readonly authorization: string;
  readonly idempotencyKey: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

export interface CommandsFunction {
  readonly posted: Posted[];
  /** Answers the next request with this instead. */
  answerNext(answer: Answer): void;
  /** Whether the request was for this function. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString("utf8")) as Record<string, unknown>;
}

export function commandsFunction(admin: Firestore, accountName: string): CommandsFunction {
  const posted: Posted[] = [];
  const overrides: Answer[] = [];
  let sequence = 0;

  async function store(body: Record<string, unknown>): Promise<Command> {
    const { accountId, request, reason } = postedCommandSchema.parse(body);
    const nowMs = Date.now();
    const waits = NEEDS_CONFIRMATION.has(request.kind);
    if (!waits) sequence += 1;
    const command: Command = commandSchema.parse({
      commandId: `c-${posted.length}`,
      accountId,
      sequence: waits ? 0 : sequence,
      request,
      reason,
      actor: "operator@example.test",
      confirmedBy: null,
      status: waits ? "UNCONFIRMED" : "STORED",
      receivedAtMs: nowMs,
      expiresAtMs: nowMs + 120_000,
      outcome: null,
      endedAtMs: null,
    });
    await admin.doc(`accounts/${accountId}/commands/${command.commandId}`).set(command);
    return command;
  }

  async function answer(path: string, body: Record<string, unknown>): Promise<[number, object]> {
    if (path === "/commands") {
      const { commandId, status, sequence: at, expiresAtMs } = await store(body);
      const code = status === "UNCONFIRMED" ? "CONFIRMATION_NEEDED" : "ACCEPTED";
      return [202, { code, message: "Stored", commandId, status, sequence: at, expiresAtMs }];
    }
    const confirmed = postedConfirmationSchema.parse(body);
    if (confirmed.accountName !== accountName)
      return [409, { code: "ACCOUNT_NAME_MISMATCH", message: "The typed name is not the account’s" }];
    sequence += 1;
    const document = admin.doc(`accounts/${confirmed.accountId}/commands/${confirmed.commandId}`);
    await document.update({ status: "STORED", sequence, confirmedBy: "operator@example.test" });
    const { commandId } = confirmed;
    return [202, { code: "ACCEPTED", message: "In sequence", commandId, status: "STORED", sequence }];
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const body = await bodyOf(request);
    const { authorization = "", "idempotency-key": key } = request.headers;
    posted.push({ path, authorization, idempotencyKey: String(key), body });
    const override = overrides.shift();
    const [status, answered] =
      override === undefined ? await answer(path, body) : [override.status, override.body];
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(answered));
  }

  return {
    posted,
    answerNext: (override) => void overrides.push(override),
    handle(request, response) {
      if (request.method !== "POST" || !/^\/commands(\/|$)/.test(request.url ?? "")) return false;
      respond(request, response).catch((error: unknown) => {
        response.writeHead(400, { "content-type": "application/json" });
        response.end(JSON.stringify({ code: "COMMAND_INVALID", message: String(error) }));
      });
      return true;
    },
  };
}
