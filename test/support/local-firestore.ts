// The whole local Firestore for a test: engine, gRPC and web side on one free port, under the project's rules, with
// a firebase-admin client that writes what browsers then see.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  compileRules,
  type FirestoreServer,
  parseIndexes,
  startFirestoreServer,
} from "@ballast/local-firestore";
import { deleteApp, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";

const PROJECT_INDEXES = new URL("../../firestore.indexes.json", import.meta.url);
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
  const indexes = parseIndexes(await readFile(PROJECT_INDEXES, "utf8"), "firestore.indexes.json");
  // Google's clients would otherwise look for a metadata server, off this machine.
  process.env.METADATA_SERVER_DETECTION = "none";
  const start = (port: number): Promise<FirestoreServer> =>
    startFirestoreServer({ port, dataDir, authorizer: compileRules(rules), indexes });
  let server = await start(0);
  const { port } = server;
  started += 1;
  const projectId = `demo-web-${started}`;
  const app = initializeApp({ projectId }, projectId);
  const admin = getFirestore(app);
  admin.settings({ host: server.address, ssl: false });
  return {
    port,
    projectId,
    admin,
    token: (claims) => unsignedToken({ sub: "user", aud: projectId, ...claims }),
    async restart(how = "stopped") {
      await (how === "killed" ? server.cut() : server.stop());
      server = await start(port);
    },
    async [Symbol.asyncDispose]() {
      await deleteApp(app);
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The project's rules over whatever server is under test: our own, or Google's emulator, which takes rules by project. */
export async function startRuledFirestore(): Promise<Omit<LocalFirestore, "restart">> {
  const external = process.env.BALLAST_CONFORMANCE_FIRESTORE_HOST;
  if (external === undefined) return await startFirestore();
  const projectId = `demo-rules-${process.pid}`;
  const content = await readFile(PROJECT_RULES, "utf8");
  const answer = await fetch(`http://${external}/emulator/v1/projects/${projectId}:securityRules`, {
    method: "PUT",
    body: JSON.stringify({ rules: { files: [{ name: "firestore.rules", content }] } }),
  });
  if (!answer.ok) throw new Error(`${external} does not take the project's rules: ${answer.status}`);
  const app = initializeApp({ projectId }, projectId);
  const admin = getFirestore(app);
  admin.settings({ host: external, ssl: false });
  return {
    port: Number(external.split(":")[1]),
    projectId,
    admin,
    token: (claims) => unsignedToken({ sub: "user", aud: projectId, ...claims }),
    [Symbol.asyncDispose]: () => deleteApp(app),
  };
}

function unsignedToken(claims: Readonly<Record<string, unknown>>): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return `${encode({ alg: "none" })}.${encode({ iat: nowSeconds, exp: nowSeconds + TOKEN_LIFE_SECONDS, ...claims })}.`;
}
