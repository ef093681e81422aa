// Rate of the server itself: read-modify-write transactions sent by a bare gRPC client, in the same two calls
// that the SDK makes. The SDK's own work, 1.4 ms for each and twice the server's, is left out.

import { firestoreService } from "@ballast/local-firestore";
import { Client, credentials, Metadata, type ServiceDefinition } from "@grpc/grpc-js";

const PROJECT_ROOT = "projects/demo-bench-bare/databases/(default)";
const WARM_UP_MS = 4_000;

interface Document {
  readonly fields: { readonly n: { readonly integerValue: string } };
}

interface Found {
  readonly found?: Document;
  readonly transaction?: Buffer;
}

interface Caller {
  read(name: string): Promise<Found>;
  write(name: string, n: number, transaction?: Buffer): Promise<void>;
}

function caller(client: Client, service: ServiceDefinition): Caller {
  const { BatchGetDocuments: get, Commit: commit } = service;
  if (get === undefined || commit === undefined) throw new Error("Firestore's service lacks a call");
  const owner = new Metadata();
  owner.set("authorization", "Bearer owner");
  return {
    read: (name) =>
      new Promise((resolve, reject) => {
        const request = { database: PROJECT_ROOT, documents: [name], newTransaction: { readWrite: {} } };
        const { path, requestSerialize, responseDeserialize } = get;
        let answer: Found = {};
        client
          .makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, owner)
          .on("data", (message: Found) => {
            answer = message;
          })
          .on("error", reject)
          .on("end", () => resolve(answer));
      }),
    write: (name, n, transaction) =>
      new Promise((resolve, reject) => {
        const update = { name, fields: { n: { integerValue: String(n) } } };
        const request = {
          database: PROJECT_ROOT,
          writes: [{ update }],
          ...(transaction === undefined ? {} : { transaction }),
        };
        const { path, requestSerialize, responseDeserialize } = commit;
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, owner, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      }),
  };
}

/** Transactions a second by `clients` loops, each on a document of its own. Throws when one lost an update. */
export async function bareTransactionRate(address: string, clients: number, ms: number): Promise<number> {
  const client = new Client(address, credentials.createInsecure());
  const { read, write } = caller(client, firestoreService());
  const startedMs = performance.now();
  let measured = 0;
  const loop = async (index: number): Promise<void> => {
    const name = `${PROJECT_ROOT}/documents/bench/bare-${index}`;
    await write(name, 0);
    for (let n = 0; performance.now() - startedMs < WARM_UP_MS + ms; n += 1) {
      const { found, transaction } = await read(name);
      if (found?.fields.n.integerValue !== String(n)) throw new Error(`${name} lost an update`);
      await write(name, n + 1, transaction);
      if (performance.now() - startedMs >= WARM_UP_MS) measured += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, (_, index) => loop(index)));
    return measured / ((performance.now() - startedMs - WARM_UP_MS) / 1_000);
  } finally {
    client.close();
  }
}
