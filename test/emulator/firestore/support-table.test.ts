// The table of the package's README: each line is asked of a running server, and the README has to say what came of it.
// With BALLAST_WRITE_SUPPORT_TABLE=1 the table is written instead.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compileRules, type FirestoreServer, startFirestoreServer } from "@ballast/local-firestore";
import { AggregateField, FieldPath, FieldValue, Filter, Firestore } from "@google-cloud/firestore";
import { afterAll, beforeAll, expect, it } from "vitest";

const README = new URL("../../../local/firestore/README.md", import.meta.url);
const [OPENS, CLOSES] = ["<!-- support: begin -->", "<!-- support: end -->"];
const PROJECT = "demo-support";
/** google.rpc.Code of the answers that a line may end with. */
const REFUSALS: Readonly<Record<number, string>> = {
  3: "refused: INVALID_ARGUMENT",
  7: "refused: PERMISSION_DENIED",
  12: "refused: UNIMPLEMENTED",
};
const REFUSED_OVER_HTTP: Readonly<Record<number, string>> = { 501: "refused: UNIMPLEMENTED" };

let server: FirestoreServer;
let db: Firestore;
const folder = mkdtempSync(join(tmpdir(), "firestore-support-"));

beforeAll(async () => {
  server = await startFirestoreServer();
  db = new Firestore({ projectId: PROJECT, host: server.address, ssl: false });
  await db.doc("a/one").set({ n: 1, tags: ["x"], v: FieldValue.vector([1, 2]) });
});
afterAll(async () => {
  await db.terminate();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const all = () => db.collection("a");

async function over(method: string, path: string, body?: object): Promise<void> {
  const answer = await fetch(`http://${server.address}${path}`, {
    method,
    headers: { authorization: "Bearer owner" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const refusal = REFUSED_OVER_HTTP[answer.status];
  if (refusal !== undefined) throw Object.assign(new Error(refusal), { code: 12 });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}

const database = `/v1/projects/${PROJECT}/databases/(default)`;
const listed = <T>(stream: AsyncIterable<T>): Promise<void> =>
  (async () => {
    for await (const _ of stream);
  })();
const loads = async (rules: string): Promise<void> => {
  compileRules(rules);
};
const conditioned = (condition: string): string =>
  `service cloud.firestore { match /databases/{db}/documents { match /a/{b} { allow get: if ${condition}; } } }`;
const evaluates = async (condition: string): Promise<void> => {
  const caller = { kind: "client", auth: null } as const;
  const request = { operation: "get", path: "a/b", before: {}, after: null, caller, timeMs: 0 } as const;
  if (!compileRules(conditioned(condition)).allows(request)) throw new Error(`${condition} does not hold`);
};

/** One line of the table: what is asked for, and the asking. */
const LINES: readonly (readonly [area: string, what: string, ask: () => Promise<unknown>])[] = [
  [
    "documents",
    "get, create, update, set with merge, delete",
    async () => {
      const ref = all().doc("two");
      await ref.create({ n: 1 });
      await ref.update({ n: 2 });
      await ref.set({ m: 1 }, { merge: true });
      await ref.delete();
    },
  ],
  [
    "documents",
    "bulk writer",
    async () => {
      const writer = db.bulkWriter();
      void writer.set(db.doc("b/1"), {});
      await writer.close();
    },
  ],
  [
    "documents",
    "transforms: server time, increment, arrays",
    () =>
      db
        .doc("b/2")
        .set({ at: FieldValue.serverTimestamp(), n: FieldValue.increment(1), l: FieldValue.arrayUnion(1) }),
  ],
  [
    "documents",
    "a batch that deletes a document and then updates it",
    async () => {
      const ref = db.doc("b/3");
      await db.batch().delete(ref).update(ref, { n: 1 }).commit();
    },
  ],
  [
    "queries",
    "filters, `and`, `or`, `in`, `not-in`, `array-contains(-any)`",
    () =>
      all()
        .where(
          Filter.or(Filter.where("n", "in", [1, [2]]), Filter.where("tags", "array-contains-any", ["x"])),
        )
        .get(),
  ],
  [
    "queries",
    "order, cursors, limit, offset, projection, collection groups",
    () => db.collectionGroup("a").orderBy("n").startAt(0).offset(0).limit(1).select("n").get(),
  ],
  [
    "queries",
    "count, sum, average",
    () =>
      all()
        .aggregate({ n: AggregateField.count(), s: AggregateField.sum("n") })
        .get(),
  ],
  [
    "queries",
    "more than 30 disjunctions",
    () =>
      all()
        .where(
          "n",
          "in",
          Array.from({ length: 31 }, (_, n) => n),
        )
        .get(),
  ],
  [
    "queries",
    "order by the key and then by a field",
    () => all().orderBy(FieldPath.documentId()).orderBy("n").get(),
  ],
  [
    "queries",
    "more than five aggregations",
    () =>
      all()
        .aggregate(Object.fromEntries([..."abcdef"].map((name) => [name, AggregateField.sum(name)])))
        .get(),
  ],
  [
    "queries",
    "vector search (`findNearest`)",
    () =>
      all()
        .findNearest({ vectorField: "v", queryVector: [1, 2], limit: 1, distanceMeasure: "EUCLIDEAN" })
        .get(),
  ],
  ["queries", "query explain", () => all().explain({ analyze: true })],
  ["queries", "partitions of a query", () => listed(db.collectionGroup("a").getPartitions(3))],
  ["queries", "pipelines", () => db.pipeline().collection("a").execute()],
  [
    "transactions",
    "read-write, with locks",
    () =>
      db.runTransaction(async (tx) => {
        tx.set(db.doc("b/4"), { n: (await tx.get(all())).size });
      }),
  ],
  [
    "transactions",
    "read-only",
    () => db.runTransaction((tx) => tx.get(all().doc("one")), { readOnly: true }),
  ],
  [
    "listeners",
    "documents and queries",
    () =>
      new Promise<void>((resolve, reject) => {
        const stop = all().onSnapshot(() => {
          stop();
          resolve();
        }, reject);
      }),
  ],
  [
    "listing",
    "collections, missing documents",
    () => Promise.all([db.listCollections(), all().listDocuments()]),
  ],
  [
    "rules",
    "versions 1 and 2",
    () =>
      Promise.all(["1", "2"].map((version) => loads(`rules_version = '${version}'; ${conditioned("true")}`))),
  ],
  [
    "rules",
    "methods of bytes, duration, latlng, list, map, path, set, string, timestamp",
    () =>
      evaluates(
        "['a'].toSet().size() == 1 && duration.value(1, 'd').seconds() == 86400 && 'a b'.split(' ').size() == 2",
      ),
  ],
  [
    "rules",
    "`math`, `hashing`, conversions, `debug`",
    () => evaluates("debug(math.abs(int('-1'))) == 1 && hashing.md5('a') is bytes"),
  ],
  [
    "rules",
    "`get()`, `exists()`, `getAfter()`, `existsAfter()`",
    () => loads(conditioned("exists(/databases/$(db)/documents/a/b)")),
  ],
  [
    "rules",
    "upload for a project, as rules test libraries do",
    () =>
      over("PUT", `/emulator/v1/projects/${PROJECT}:securityRules`, {
        rules: { files: [{ content: conditioned("true") }] },
      }),
  ],
  ["rules", "a list whose query leaves the rule open", () => asClient()],
  [
    "administration",
    "export and import to a folder of this machine",
    () =>
      over("POST", `${database}:exportDocuments`, {
        outputUriPrefix: pathToFileURL(join(folder, "copy")).href,
      }),
  ],
  [
    "administration",
    "deleting all documents, as Google's emulator does",
    () => over("DELETE", `/emulator/v1/projects/other/databases/(default)/documents`),
  ],
  [
    "administration",
    "databases, indexes, fields, operations",
    () => over("GET", `${database}/collectionGroups/a/indexes`),
  ],
];

/** A signed-out caller's list, under a rule that asks for a field that the query does not fix. */
async function asClient(): Promise<void> {
  server.setRules(
    PROJECT,
    compileRules(
      "service cloud.firestore { match /databases/{db}/documents { match /a/{b} { allow list: if resource.data.n == 1; } } }",
    ),
  );
  const answer = await fetch(`http://${server.address}${database}/documents/a`);
  const { error } = (await answer.json()) as { error?: { message: string; status: string } };
  if (error?.status === "PERMISSION_DENIED" && error.message.includes("resource.data.n"))
    throw Object.assign(new Error(error.message), { code: 7 });
  throw new Error(`not refused as undecided: ${answer.status}`);
}

async function resultOf(ask: () => Promise<unknown>): Promise<string> {
  try {
    await ask();
    return "supported";
  } catch (error) {
    const refusal = REFUSALS[Number((error as { code?: unknown }).code)];
    if (refusal === undefined) throw error;
    return refusal;
  }
}

it("of the README says what the server does", async () => {
  const rows: string[] = [];
  for (const [area, what, ask] of LINES) rows.push(`| ${area} | ${what} | ${await resultOf(ask)} |`);
  const table = [OPENS, "| area | what | |", "|---|---|---|", ...rows, CLOSES].join("\n");
  const readme = readFileSync(README, "utf8");
  const stored = readme.slice(readme.indexOf(OPENS), readme.indexOf(CLOSES) + CLOSES.length);
  if (process.env.BALLAST_WRITE_SUPPORT_TABLE === "1")
    writeFileSync(
      README,
      readme.replace(stored, () => table),
    );
  else expect(stored).toBe(table);
});
