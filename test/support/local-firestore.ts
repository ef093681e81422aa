// The whole local Firestore for a test: engine, gRPC and web side on one free port, under the project's rules, with
// a firebase-admin client that writes what browsers then see.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deleteApp, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";
import { compileRules } from "#local/firestore/rules/authorizer.ts";
import { type FirestoreServer, startFirestoreServer } from "#local/firestore/server.ts";
import { createWebHandler, type WebHandler } from "#local/firestore/web/handler.ts";

const PROJECT_RULES = new URL("../../firestore.rules", import.meta.url);
const TOKEN_LIFE_SECONDS = 3600;
let started = 0;

export interface LocalFirestore extends AsyncDisposable {
  readonly port: number;
  readonly projectId: string;
  readonly admin: Firestore;
  /** An ID token as the auth emulator makes them, valid for an hour. */
  token(claims: Readonly<Record<string, unknown>>): string;
  /**
   * Stops the server and starts it again on the same port and the same data; `killed` without a word to browsers,
   * as SIGKILL does.
   */
  restart(how?: "stopped" | "killed"): Promise<void>;
}

export async function startFirestore(options: { readonly rules?: string } = {}): Promise<LocalFirestore> {
  const dataDir = await mkdtemp(join(tmpdir(), "firestore-web-"));
  const rules = options.rules ?? (await readFile(PROJECT_RULES, "utf8"));
  const start = (port: number): Promise<FirestoreServer> =>
    startFirestoreServer({
      host: "127.0.0.1",
      port,
      dataDir,
      authorizer: compileRules(rules),
      webHandlerFactory: (backend, engine, clock) => {
        const clear = (database: string): void => engine.clear(database);
        const handler = createWebHandler({ backend, clear, nowMs: () => clock.nowMs() });
        handlers.push(handler);
        const listener = (req: IncomingMessage, res: ServerResponse): void => handler(req, res);
        return Object.assign(listener, { close: () => (silent ? undefined : handler.close()) });
      },
    });
  const handlers: WebHandler[] = [];
  let silent = false;
  let server = await start(0);
  const { port } = server;
  started += 1;
  const projectId = `demo-web-${started}`;
  const app = initializeApp({ projectId }, projectId);
  const admin = getFirestore(app);
  admin.settings({ host: `127.0.0.1:${port}`, ssl: false });
  return {
    port,
    projectId,
    admin,
    token: (claims) => unsignedToken({ sub: "user", aud: projectId, ...claims }),
    async restart(how = "stopped") {
      silent = how === "killed";
      await server.stop();
      silent = false;
      server = await start(port);
    },
    async [Symbol.asyncDispose]() {
      await deleteApp(app);
      await server.stop();
      for (const handler of handlers) handler.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function unsignedToken(claims: Readonly<Record<string, unknown>>): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return `${encode({ alg: "none" })}.${encode({ iat: nowSeconds, exp: nowSeconds + TOKEN_LIFE_SECONDS, ...claims })}.`;
}
