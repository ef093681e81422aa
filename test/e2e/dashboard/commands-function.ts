// The function `commands` behind Hosting: its own HTTP handler over the product's composition, on the test's database and
// sign-in. Keeps the commands that were posted. Books cannot be written here, so that a command is stored and left to
// its message: what it then does is the test's to write.

import type { IncomingMessage, ServerResponse } from "node:http";
import { getApp } from "firebase-admin/app";
import { getAuth } from "firebase-admin/auth";
import { createFirebaseAuthenticator } from "#adapters/auth/firebase-authenticator.ts";
import { createFirestoreDocuments } from "#adapters/firestore/firestore-documents.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { systemDeadline } from "#adapters/system/deadline.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { presentRelease } from "#app/documents";
import { paths } from "#domain/documents/paths.ts";
import { everyVenueAt } from "#domain/risk/live-gate.ts";
import { commandsHandler } from "#entry/commands-handler.ts";
import { compose } from "#functions/compose.ts";
import { type DocumentPort, DocumentUnavailableError } from "#ports/documents.ts";
import type { LocalFirestore } from "#test/support/local-firestore.ts";
import { createMemoryPorts } from "#test/support/memory/ports.ts";
import type { AuthEmulator } from "./auth-emulator.ts";

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

const WARM_PATH = "/commands/warm";

const SETTINGS = {
  environment: "test",
  holderId: "commands",
  paperOrigins: everyVenueAt("http://127.0.0.1:1"),
  release: presentRelease("all"),
} as const;

export async function startCommandsFunction(
  { admin, projectId }: LocalFirestore,
  auth: AuthEmulator,
): Promise<CommandsFunction> {
  await admin.doc(paths.environment).set({ name: SETTINGS.environment });
  process.env.FIREBASE_AUTH_EMULATOR_HOST = new URL(auth.url).host;
  const ports = createMemoryPorts({
    authenticator: createFirebaseAuthenticator(() => getAuth(getApp(projectId))),
    clock: createSystemClock(),
    deadline: systemDeadline,
    documents: withoutBooks(createFirestoreDocuments(() => admin)),
    identity: createSystemIdentity(),
    logger: { info: () => undefined, warn: console.error, error: console.error },
  });
  const { duties } = compose(ports, SETTINGS);
  const serve = commandsHandler(() => duties, console.error);
  const posted: Posted[] = [];
  const overrides: Answer[] = [];

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const { method = "", headers } = request;
    const rawBody = await bytesOf(request);
    const { authorization = "", "idempotency-key": key } = headers;
    // The page's warm-up is no command: it is served, and neither kept nor answered in another way.
    const isCommand = path !== WARM_PATH;
    if (isCommand)
      posted.push({ path, authorization, idempotencyKey: String(key), body: JSON.parse(rawBody.toString()) });
    const peerAddress = request.socket.remoteAddress;
    const override = isCommand ? overrides.shift() : undefined;
    const answer =
      override ?? (await serve({ method, url: path, headers, peerAddress, body: async () => rawBody }));
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.body));
  }

  return {
    posted,
    answerNext: (override) => void overrides.push(override),
    handle(request, response) {
      if (request.method !== "POST" || !/^\/commands(\/|$)/.test(request.url ?? "")) return false;
      respond(request, response).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
      return true;
    },
  };
}

function withoutBooks(documents: DocumentPort): DocumentPort {
  return {
    ...documents,
    commit: async (writes) => {
      // Storing only raises its counts in place.
      if (writes.some(({ op, path }) => op === "set" && path.endsWith("/control/state")))
        throw new DocumentUnavailableError("the control document takes no change in this test", null);
      return await documents.commit(writes);
    },
  };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
