// Rules of lists that look at the documents: a query is allowed where its own filters prove the condition for every
// document that it can return, and refused, with the reason, where they leave it open.
import { compileRules, type FirestoreServer, startFirestoreServer } from "@ballast/local-firestore";
import { deleteApp, type FirebaseApp, initializeApp } from "firebase/app";
import {
  and,
  collection,
  connectFirestoreEmulator,
  documentId,
  type Firestore,
  getDocsFromServer,
  getFirestore,
  limit,
  or,
  orderBy,
  type QueryCompositeFilterConstraint,
  type QueryConstraint,
  query,
  setLogLevel,
  where,
} from "firebase/firestore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

setLogLevel("silent");

/** Each collection has one condition for lists. */
const CONDITIONS = {
  mine: "resource.data.owner == request.auth.uid",
  open: "resource.data.state in ['open', 'new'] || resource.data.owner == request.auth.uid",
  old: "resource.data.n < 10",
  large: "resource.data.n >= 5",
  tagged: "request.auth.uid in resource.data.tags",
  nested: "resource.data.meta.owner == 'ann' && resource != null",
  unlike: "resource.data.state != 'secret'",
  page: "request.query.limit <= 20",
  typed: "resource.data.n is int",
  named: "resource.id != 'x'",
  member: "exists(/databases/$(database)/documents/members/$(request.auth.uid))",
} as const;
type Name = keyof typeof CONDITIONS;

const RULES = `rules_version = '2';
service cloud.firestore { match /databases/{database}/documents {
  match /members/{id} { allow read, write; }
${Object.entries(CONDITIONS)
  .map(([name, condition]) => `  match /${name}/{id} { allow list: if ${condition}; }`)
  .join("\n")}
} }`;

let server: FirestoreServer;
let app: FirebaseApp;
let db: Firestore;

beforeAll(async () => {
  server = await startFirestoreServer({ authorizer: compileRules(RULES) });
  app = initializeApp({ projectId: "demo-lists", apiKey: "local" });
  db = getFirestore(app);
  connectFirestoreEmulator(db, "127.0.0.1", server.port, { mockUserToken: { sub: "ann" } });
});
afterAll(async () => {
  await deleteApp(app);
  await server.stop();
});

type Constraints = readonly QueryConstraint[] | QueryCompositeFilterConstraint;

async function outcome(name: Name, constraints: Constraints): Promise<string> {
  const from = collection(db, name);
  const asked = "length" in constraints ? query(from, ...constraints) : query(from, constraints);
  return await getDocsFromServer(asked).then(
    () => "allowed",
    ({ code, message }: { code: string; message: string }) => (code === "permission-denied" ? message : code),
  );
}

describe("a query is allowed where its filters prove the rule", () => {
  it.each<[Name, string, Constraints]>([
    ["mine", "by equality", [where("owner", "==", "ann")]],
    ["open", "by each listed value", [where("state", "in", ["new", "open"])]],
    ["open", "in each disjunction", or(where("state", "==", "new"), where("owner", "==", "ann"))],
    [
      "open",
      "in a conjunction of disjunctions",
      and(where("n", ">", 1), or(where("state", "==", "new"), where("owner", "==", "ann"))),
    ],
    ["old", "by the same bound", [where("n", "<", 10)]],
    ["old", "by a lower bound", [where("n", "<=", 9), where("n", ">", 3)]],
    ["old", "by an equal number", [where("n", "==", 3.5)]],
    ["large", "by a bound from below", [where("n", ">", 5)]],
    ["tagged", "by an array's element", [where("tags", "array-contains", "ann")]],
    ["nested", "by a field inside another", [where("meta.owner", "==", "ann")]],
    ["unlike", "by another value", [where("state", "==", "open")]],
    ["unlike", "by leaving the value out", [where("state", "not-in", ["secret", "gone"])]],
    ["unlike", "by a bound that leaves it out", [where("state", "<", "s")]],
    ["page", "by its limit", [limit(20)]],
  ])("%s, %s", async (name, _, constraints) => {
    expect(await outcome(name, constraints)).toBe("allowed");
  });
});

describe("a query is refused, with the reason,", () => {
  it.each<[Name, string, Constraints, string]>([
    ["mine", "without a filter", [], "no filter of the query settles resource.data.owner"],
    ["mine", "with a filter on another field", [where("n", "==", 1)], "settles resource.data.owner"],
    [
      "open",
      "with one disjunction that is not covered",
      or(where("state", "==", "new"), where("n", "==", 1)),
      "settles resource.data",
    ],
    ["old", "with a bound that lets more in", [where("n", "<", 11)], "settles resource.data.n"],
    ["old", "ordered by the field alone", [orderBy("n")], "settles resource.data.n"],
    [
      "tagged",
      "with any of several elements",
      [where("tags", "array-contains-any", ["ann", "bob"])],
      "settles resource.data.tags",
    ],
    ["typed", "since 3 may be stored as 3.0", [where("n", "==", 3)], "settles resource.data.n"],
    [
      "named",
      "since ids differ",
      [where(documentId(), ">", "y")],
      "resource.id differs from document to document",
    ],
  ])("%s, %s", async (name, _, constraints, reason) => {
    const answer = await outcome(name, constraints);
    expect(answer).toContain(
      "Missing or insufficient permissions. The rules are proved from the query, and ",
    );
    expect(answer).toContain(reason);
    expect(answer).toMatch(/\(allow in line \d+\)\.$/);
  });

  it.each<[Name, string, Constraints]>([
    ["mine", "of another owner", [where("owner", "==", "bob")]],
    ["old", "of large numbers", [where("n", ">=", 10)]],
    ["unlike", "of the value itself", [where("state", "==", "secret")]],
    ["page", "above the limit", [limit(21)]],
    ["page", "without a limit", []],
  ])("or without one where the rule is false: %s, %s", async (name, _, constraints) => {
    expect(await outcome(name, constraints)).toBe("Missing or insufficient permissions.");
  });
});

it("a list's rule may look another document up", async () => {
  expect(await outcome("member", [])).toBe("Missing or insufficient permissions.");
  const written = await fetch(
    `http://${server.address}/v1/projects/demo-lists/databases/(default)/documents/members?documentId=ann`,
    { method: "POST", body: "{}", headers: { authorization: "Bearer owner" } },
  );
  expect(written.status).toBe(200);
  expect(await outcome("member", [])).toBe("allowed");
});
