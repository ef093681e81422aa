// Connects a conformance suite to a Firestore: our own, started here, or any other that
// BALLAST_CONFORMANCE_FIRESTORE_HOST names (host:port), such as Google's emulator. The clients are the real ones.
import { randomUUID } from "node:crypto";
import { startFirestoreServer } from "@ballast/local-firestore";
import { v1 } from "@google-cloud/firestore";
import { credentials } from "@grpc/grpc-js";
import { deleteApp, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";

export interface Connection {
  readonly db: Firestore;
  /** The generated client, for what the SDK does not let one say. */
  readonly raw: InstanceType<typeof v1.FirestoreClient>;
  /** `projects/p/databases/(default)` */
  readonly database: string;
  /** Another SDK instance on the same database, as another process would have. */
  connectAgain(): Firestore;
  close(): Promise<void>;
}

/** A fresh project on the server under test. Close it in afterAll. */
export async function connect(): Promise<Connection> {
  const external = process.env.BALLAST_CONFORMANCE_FIRESTORE_HOST;
  const server = external ? undefined : await startFirestoreServer();
  const address = external ? external : `127.0.0.1:${server?.port}`;
  // The variable the SDK itself reads; each test file has a process of its own.
  process.env.FIRESTORE_EMULATOR_HOST = address;
  process.env.METADATA_SERVER_DETECTION = "none";
  const projectId = `demo-${randomUUID().slice(0, 8)}`;
  const apps = [initializeApp({ projectId }, randomUUID())];
  const connectAgain = (): Firestore => {
    const app = initializeApp({ projectId }, randomUUID());
    apps.push(app);
    return getFirestore(app);
  };
  const [host, port] = address.split(":");
  const raw = new v1.FirestoreClient({
    projectId,
    servicePath: host ?? "127.0.0.1",
    port: Number(port),
    sslCreds: credentials.createInsecure(),
  });
  await asOwner(raw);
  return {
    db: connectAgain(),
    raw,
    database: `projects/${projectId}/databases/(default)`,
    connectAgain,
    close: async () => {
      await raw.close();
      await Promise.all(apps.map(async (app) => deleteApp(app)));
      await server?.stop();
    },
  };
}

/** The generated client sends no credential by itself. Every call of it is an owner's from here on, as the SDK's are. */
async function asOwner(raw: Connection["raw"]): Promise<void> {
  await raw.initialize();
  for (const [method, call] of Object.entries(raw.innerApiCalls)) {
    raw.innerApiCalls[method] = (request: unknown, options: Options | undefined, ...rest: unknown[]) => {
      const headers = { ...options?.otherArgs?.headers, authorization: "Bearer owner" };
      return call(request, { ...options, otherArgs: { ...options?.otherArgs, headers } }, ...rest);
    };
  }
}

interface Options {
  readonly otherArgs?: { readonly headers?: Readonly<Record<string, string>> };
}

/** The gRPC code of a call that must fail. Throws when it succeeds. */
export async function codeOf(call: Promise<unknown>): Promise<number> {
  try {
    await call;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code === "number") return code;
    throw error;
  }
  throw new Error("the call succeeded");
}

/** google.rpc.Code values that the suites expect. */
export const CODE = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
} as const;
