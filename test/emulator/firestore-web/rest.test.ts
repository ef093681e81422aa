// REST on the wire: which RPC a call becomes, proto3 JSON both ways, errors, and who may call from where.
import { describe, expect, it } from "vitest";
import { RpcError } from "#local/firestore/backend.ts";
import { idToken, serveWeb, type WebFixture } from "./web-fixture.ts";

const DATABASE = "projects/demo-web/databases/(default)";
const DOCUMENTS = `${DATABASE}/documents`;

async function call(
  web: WebFixture,
  method: string,
  path: string,
  sent: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<{ status: number; json: unknown; headers: Headers }> {
  const { body, headers = { authorization: "Bearer owner" } } = sent;
  const res = await fetch(`${web.origin}/v1/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await res.text();
  return { status: res.status, json: text === "" ? undefined : JSON.parse(text), headers: res.headers };
}

describe("a call becomes an RPC", () => {
  it.each([
    [
      "GET /a/b?mask.fieldPaths=x&mask.fieldPaths=y",
      undefined,
      "GetDocument",
      { name: `${DOCUMENTS}/a/b`, mask: { fieldPaths: ["x", "y"] } },
    ],
    [
      "GET /a/b/c?pageSize=2&showMissing=true&key=k",
      undefined,
      "ListDocuments",
      { parent: `${DOCUMENTS}/a/b`, collectionId: "c", pageSize: 2, showMissing: true },
    ],
    [
      "POST /a?documentId=new",
      { fields: { n: { integerValue: 7 } } },
      "CreateDocument",
      {
        parent: DOCUMENTS,
        collectionId: "a",
        documentId: "new",
        document: { fields: { n: { integerValue: "7", valueType: "integerValue" } } },
      },
    ],
    [
      "PATCH /a/b?updateMask.fieldPaths=x&currentDocument.exists=false",
      { fields: {} },
      "UpdateDocument",
      {
        document: { name: `${DOCUMENTS}/a/b` },
        updateMask: { fieldPaths: ["x"] },
        currentDocument: { exists: false, conditionType: "exists" },
      },
    ],
    ["DELETE /a/b%3Ac", undefined, "DeleteDocument", { name: `${DOCUMENTS}/a/b:c` }],
    [
      "POST :commit",
      { writes: [{ delete: "d" }], transaction: "AQI=" },
      "Commit",
      {
        database: DATABASE,
        writes: [{ delete: "d", operation: "delete" }],
        transaction: Buffer.from([1, 2]),
      },
    ],
    [
      "POST :beginTransaction",
      { options: { readWrite: {} } },
      "BeginTransaction",
      { database: DATABASE, options: { readWrite: {}, mode: "readWrite" } },
    ],
    ["POST :rollback", { transaction: "AQ==" }, "Rollback", { database: DATABASE }],
    ["POST :batchWrite", { writes: [] }, "BatchWrite", { database: DATABASE }],
    [
      "POST /a/b:listCollectionIds",
      { pageSize: 5 },
      "ListCollectionIds",
      { parent: `${DOCUMENTS}/a/b`, pageSize: 5 },
    ],
  ])("%s", async (line, body, rpc, request) => {
    await using web = await serveWeb();
    const [method = "", path = ""] = line.split(" ");
    expect((await call(web, method, `${DOCUMENTS}${path}`, { body })).status).toBe(200);
    expect(web.backend.calls).toMatchObject([{ method: rpc, request, caller: { kind: "owner" } }]);
  });

  it.each([
    [":batchGet", "BatchGetDocuments", { documents: ["d"] }],
    [":runQuery", "RunQuery", { structuredQuery: { from: [{ collectionId: "a" }], limit: 3 } }],
    [
      ":runAggregationQuery",
      "RunAggregationQuery",
      { structuredAggregationQuery: { aggregations: [{ alias: "n", count: {} }] } },
    ],
  ])("POST %s answers a list of messages", async (verb, rpc, body) => {
    await using web = await serveWeb();
    web.backend.answer = () => [{ readTime: { seconds: "0", nanos: 1000 } }, {}];
    const { json } = await call(web, "POST", DOCUMENTS + verb, { body });
    expect(json).toEqual([{ readTime: "1970-01-01T00:00:00.000001Z" }, {}]);
    expect(web.backend.calls[0]?.method).toBe(rpc);
  });
});

describe("proto3 JSON", () => {
  const fields = {
    nothing: { nullValue: null },
    yes: { booleanValue: false },
    big: { integerValue: "9223372036854775807" },
    half: { doubleValue: 0.5 },
    none: { doubleValue: "NaN" },
    endless: { doubleValue: "-Infinity" },
    at: { timestampValue: "2025-06-07T08:09:10.123456Z" },
    early: { timestampValue: "1969-12-31T23:59:59.500Z" },
    text: { stringValue: "ü𝄞" },
    raw: { bytesValue: "AP8=" },
    ref: { referenceValue: `${DOCUMENTS}/a/b` },
    place: { geoPointValue: { latitude: 1.5, longitude: -2 } },
    list: {
      arrayValue: { values: [{ stringValue: "x" }, { mapValue: { fields: { y: { nullValue: null } } } }] },
    },
    empty: { arrayValue: {} },
  };

  it("carries every kind of value there and back", async () => {
    await using web = await serveWeb();
    web.backend.answer = ({ request }) => request.document as Record<string, unknown>;
    const { json } = await call(web, "PATCH", `${DOCUMENTS}/a/b`, { body: { fields } });
    expect(json).toEqual({ name: `${DOCUMENTS}/a/b`, fields });
  });

  it.each([
    [{ fields: { x: { integerValue: "1.5" } } }, '"1.5" is not an integer'],
    [{ fields: { x: { textValue: "1" } } }, 'unknown name "document.fields.x.textValue"'],
    [{ fields: { x: { booleanValue: "true" } } }, "document.fields.x.booleanValue must be true or false"],
    [{ fields: { x: { timestampValue: "noon" } } }, "is not an RFC 3339 timestamp"],
    [{ fields: { x: { bytesValue: "ä" } } }, "base64"],
    [[], "the body must be an object"],
  ])("refuses %j with INVALID_ARGUMENT", async (body, reason) => {
    await using web = await serveWeb();
    const { status, json } = await call(web, "PATCH", `${DOCUMENTS}/a/b`, { body });
    expect(status).toBe(400);
    expect(json).toMatchObject({
      error: { code: 400, status: "INVALID_ARGUMENT", message: expect.stringContaining(reason) },
    });
    expect(web.backend.calls).toEqual([]);
  });
});

describe("errors", () => {
  it("carry Google's code, status and message, in a list where the call answers one", async () => {
    await using web = await serveWeb();
    web.backend.answer = () => {
      throw new RpcError(7, "no");
    };
    const error = { code: 403, message: "no", status: "PERMISSION_DENIED" };
    expect(await call(web, "GET", `${DOCUMENTS}/a/b`)).toMatchObject({ status: 403, json: { error } });
    expect(await call(web, "POST", `${DOCUMENTS}:runQuery`, { body: {} })).toMatchObject({
      status: 403,
      json: [{ error }],
    });
  });

  it.each([
    ["GET", `${DATABASE}/nothing`],
    ["PUT", `${DOCUMENTS}/a/b`],
    ["POST", `${DOCUMENTS}/a/b`],
    ["PATCH", `${DOCUMENTS}/a`],
    ["POST", `${DOCUMENTS}/a/b:commit`],
  ])("%s %s is NOT_FOUND", async (method, path) => {
    await using web = await serveWeb();
    expect(await call(web, method, path)).toMatchObject({
      status: 404,
      json: { error: { status: "NOT_FOUND" } },
    });
  });
});

it.each([
  ["POST", "/v1/projects/demo-web/databases/(default):executePipeline"],
  ["GET", "/v1/projects/demo-web/databases/(default)/collectionGroups/a/indexes"],
  ["GET", "/v1/projects/demo-web/databases"],
])("what Google's API has and this server has not is UNIMPLEMENTED: %s %s", async (method, path) => {
  await using web = await serveWeb();
  const answered = await fetch(`${web.origin}${path}`, { method });
  expect(await answered.json()).toMatchObject({ error: { code: 501, status: "UNIMPLEMENTED" } });
});

it("a verb this server does not have is UNIMPLEMENTED", async () => {
  await using web = await serveWeb();
  const answered = await call(web, "POST", `${DOCUMENTS}:executePipeline`, { body: {} });
  expect(answered).toMatchObject({ status: 501, json: { error: { status: "UNIMPLEMENTED" } } });
});

describe("the caller", () => {
  it.each([
    ["nothing", {}, { kind: "client", auth: null }],
    [
      "an ID token",
      { authorization: `Bearer ${idToken({ a: 1 })}` },
      { kind: "client", auth: { uid: "ann", token: { a: 1 } } },
    ],
  ])("is told by %s", async (_, headers, caller) => {
    await using web = await serveWeb();
    await call(web, "GET", `${DOCUMENTS}/a/b`, { headers });
    expect(web.backend.calls).toMatchObject([{ caller }]);
  });

  it("is told by the SDK's mock token, which is issued at 0 and has no age", async () => {
    await using web = await serveWeb();
    const authorization = `Bearer ${idToken({ iat: 0, exp: 3600 })}`;
    expect(await call(web, "GET", `${DOCUMENTS}/a/b`, { headers: { authorization } })).toMatchObject({
      status: 200,
    });
    expect(web.backend.calls).toMatchObject([{ caller: { auth: { uid: "ann" } } }]);
  });

  it.each([
    ["expired", `Bearer ${idToken({ exp: 1_700_000_000 })}`],
    ["without expiry", `Bearer ${idToken({ exp: undefined })}`],
    ["for another project", `Bearer ${idToken({ aud: "other" })}`],
    ["without a user", `Bearer ${idToken({ sub: undefined })}`],
    ["signed, which cannot be verified here", `Bearer ${idToken({}, { alg: "RS256" })}`],
    ["no JWT", "Bearer abc"],
    ["no JSON", "Bearer a.b.c"],
    ["no bearer", "Basic abc"],
  ])("is UNAUTHENTICATED with a token that is %s", async (_, authorization) => {
    await using web = await serveWeb();
    const answered = await call(web, "GET", `${DOCUMENTS}/a/b`, { headers: { authorization } });
    expect(answered).toMatchObject({ status: 401, json: { error: { status: "UNAUTHENTICATED" } } });
    expect(web.backend.calls).toEqual([]);
  });
});

describe("other origins", () => {
  const preflight = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization",
  };

  it.each(["http://localhost:5000", "http://127.0.0.1:5173", "http://app.localhost:3000"])(
    "admits pages of this machine: %s",
    async (origin) => {
      await using web = await serveWeb();
      const { status, headers } = await call(web, "OPTIONS", DOCUMENTS, {
        headers: { origin, ...preflight },
      });
      expect(status).toBe(204);
      expect(headers.get("access-control-allow-origin")).toBe(origin);
      expect(headers.get("access-control-allow-headers")).toBe("authorization");
      expect(headers.get("access-control-allow-credentials")).toBe("true");
    },
  );

  it.each(["https://evil.example", "http://localhost.evil.example", "null"])(
    "refuses %s whatever it asks",
    async (origin) => {
      await using web = await serveWeb();
      const answered = await call(web, "GET", `${DOCUMENTS}/a/b`, {
        headers: { origin, authorization: "Bearer owner" },
      });
      expect(answered.status).toBe(403);
      expect(answered.headers.get("access-control-allow-origin")).toBeNull();
      expect(web.backend.calls).toEqual([]);
    },
  );
});

it("DELETE of the emulator's documents clears that database", async () => {
  await using web = await serveWeb();
  const res = await fetch(`${web.origin}/emulator/v1/${DOCUMENTS}`, { method: "DELETE" });
  expect(res.status).toBe(200);
  expect(web.cleared).toEqual([DATABASE]);
});
