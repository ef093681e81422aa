// Guards the public functions as they are deployed, the built file behind Google's framework in a process of its own,
// against senders of bombs, false labels and floods; and what is owed to a sender that proved itself meanwhile.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { signedHeaders } from "#test/support/commands.ts";
import type { FrameworkProcess } from "#test/support/framework.ts";
import { type GivenAnswer, type SentRequest, sendTo, spoken } from "#test/support/front.ts";
import { DIRECT_HOOK, SENDER_ADDRESS, SIGNED_HOOK, signedRequest, TOKEN } from "#test/support/receiver.ts";
import { type ServedFunctions, startServedFunctions } from "#test/support/served-functions.ts";
import { ACCOUNT } from "#test/support/world.ts";

const START_TIMEOUT_MS = 240_000;
/** The least that a public function is given (functions/src/entry/options.ts) is 256 MiB. */
const MEMORY_LIMIT_MIB = 200;

let served: ServedFunctions;
let webhook: FrameworkProcess;
let commands: FrameworkProcess;

beforeAll(async () => {
  served = await startServedFunctions();
  [webhook, commands] = await Promise.all([served.start("webhook"), served.start("commands")]);
}, START_TIMEOUT_MS);
afterAll(async () => {
  await served[Symbol.asyncDispose]();
});

function expectJson({ headers, text }: GivenAnswer): { readonly code: string; readonly receiptId?: string } {
  expect(headers["content-type"]).toBe("application/json; charset=utf-8");
  return JSON.parse(text);
}

let sent = 0;
/** Signs the very bytes and sends them under these labels. */
function signed(
  body: string | Uint8Array,
  labels: Readonly<Record<string, string>>,
  url = `/hooks/${SIGNED_HOOK}`,
): Promise<GivenAnswer> {
  sent += 1;
  const { headers } = signedRequest(body, { id: `front-${sent}`, atMs: Date.now() });
  return sendTo(webhook.port, {
    url,
    body,
    headers: { ...labels, ...(headers as Readonly<Record<string, string>>) },
  });
}

const alert = (more: object = {}): string =>
  JSON.stringify({
    symbol: "BTCUSDT",
    action: "buy",
    id: `n${sent}`,
    timenow: new Date().toISOString(),
    ...more,
  });

const JSON_TYPE = { "content-type": "application/json" };

const LABELS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["no content type", {}],
  ["an unknown charset", { "content-type": "application/json; charset=klingon" }],
  ["another charset", { "content-type": "application/json; charset=utf-16" }],
  ["an encoding that it does not have", { ...JSON_TYPE, "content-encoding": "gzip" }],
  ["an unknown encoding", { ...JSON_TYPE, "content-encoding": "rot13" }],
  ["a form", { "content-type": "application/x-www-form-urlencoded" }],
  ["a form of parts", { "content-type": "multipart/form-data; boundary=x" }],
  ["a cloud event", { "content-type": "application/cloudevents+json" }],
  ["an expectation", { ...JSON_TYPE, expect: "a miracle" }],
];

describe("a proved signal is taken, whatever it is labelled as", () => {
  it.each(LABELS)("%s", async (_name, labels) => {
    const answer = await signed(alert(), labels);
    expect({ ...expectJson(answer), status: answer.status }).toMatchObject({ status: 202, code: "ACCEPTED" });
  });

  it.each(["/%zz", "/%", "?x=%zz", "?token=%E0%A4%A"])("at an address with a bad escape: %s", async (end) => {
    const answer = await signed(alert(), JSON_TYPE, `/hooks/${SIGNED_HOOK}${end}`);
    expect({ ...expectJson(answer), status: answer.status }).toMatchObject({ status: 202, code: "ACCEPTED" });
  });
});

const ODD_BODIES: readonly (readonly [string, string | Uint8Array, Readonly<Record<string, string>>])[] = [
  ["a text that is labelled JSON", '"buy X"', JSON_TYPE],
  ["a number that is labelled JSON", "42", JSON_TYPE],
  ["NaN that is labelled JSON", "NaN", JSON_TYPE],
  ["broken JSON", '{"symbol":', JSON_TYPE],
  ["an empty body", "", JSON_TYPE],
  ["compressed bytes", gzipSync(alert()), { ...JSON_TYPE, "content-encoding": "gzip" }],
  ["brackets up to the limit", "[".repeat(64 * 1_024), JSON_TYPE],
  [
    "text in another charset",
    Buffer.from(alert(), "utf16le"),
    { "content-type": "text/plain; charset=utf-16" },
  ],
];

describe("a proved signal that cannot be read leaves receipt, quarantine and alert", () => {
  it.each(ODD_BODIES)("%s", async (_name, body, labels) => {
    const answer = await signed(body, labels);
    const { code, receiptId = "" } = expectJson(answer);
    expect({ status: answer.status, code }).toEqual({ status: 400, code: "BODY_UNREADABLE" });
    const receipt = (await served.database.doc(paths.receipt(ACCOUNT, receiptId)).get()).data();
    expect(receipt).toMatchObject({ status: "REFUSED", refusalCode: "BODY_UNREADABLE" });
    const quarantineId: string = receipt?.payload.quarantineId ?? "";
    expect((await served.database.doc(paths.quarantine(quarantineId)).get()).exists).toBe(true);
    const alerts = await served.database.collection(paths.alerts(ACCOUNT)).get();
    expect(alerts.docs.map((each) => each.data())).toContainEqual(
      expect.objectContaining({
        code: "SIGNAL_REFUSED",
        message: expect.stringContaining("BODY_UNREADABLE"),
      }),
    );
  });
});

describe("every answer is ours", () => {
  const cases: readonly (readonly [string, number, SentRequest])[] = [
    ["a GET", 405, { method: "GET", url: "/hooks/x" }],
    ["what a browser asks for", 405, { method: "GET", url: "/favicon.ico" }],
    ["an address of nothing", 404, { url: "/a/b/c/d" }],
    ["a bad escape", 401, { url: "/hooks/%zz" }],
    [
      "an unknown charset",
      401,
      { url: "/hooks/unknown-1", headers: { "content-type": "text/plain; charset=x" } },
    ],
    ["broken JSON", 401, { url: "/hooks/unknown-1", headers: JSON_TYPE, body: "{" }],
    [
      "a form with too many parts",
      401,
      {
        url: "/hooks/unknown-1",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "a=b&".repeat(2_000),
      },
    ],
    [
      "a body over the limit",
      413,
      { url: "/hooks/unknown-1", headers: JSON_TYPE, body: "[".repeat(10_000_000) },
    ],
    [
      "a body over the limit in chunks",
      413,
      { url: "/hooks/unknown-1", headers: JSON_TYPE, body: "[".repeat(10_000_000), chunkBytes: 100_000 },
    ],
  ];

  it.each(cases)("%s", async (_name, status, request) => {
    const answer = await sendTo(webhook.port, request);
    expectJson(answer);
    expect(answer.status).toBe(status);
  });

  it("bytes that are no request", async () => {
    const heard = await spoken(webhook.port, "NONSENSE\r\n\r\n");
    expect(heard).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(heard).toContain("Content-Type: application/json");
    expect(heard).toContain('"code":"REQUEST_UNREADABLE"');
  });
});

describe("commands", () => {
  it("are taken from a machine that signed the bytes, whatever their label", async () => {
    const posted = { accountId: ACCOUNT, environment: "test", request: { kind: "stop" }, reason: "because" };
    const body = JSON.stringify(posted);
    for (const [index, [, labels]] of LABELS.entries()) {
      const headers = { ...labels, ...signedHeaders(body, Date.now(), { id: `command-${index}` }) };
      const answer = await sendTo(commands.port, { url: "/commands", body, headers });
      expect({ ...expectJson(answer), status: answer.status }).toMatchObject({
        status: 202,
        code: "ACCEPTED",
      });
    }
  });

  it("answer strangers, bombs and bad addresses themselves", async () => {
    const bomb = { url: "/commands", headers: { ...JSON_TYPE, "content-encoding": "gzip" }, body: BOMB };
    for (const [status, request] of [
      [401, { url: "/commands", headers: JSON_TYPE, body: "{" }],
      [401, bomb],
      [413, { url: "/commands", headers: JSON_TYPE, body: BRACKETS }],
      [404, { url: "/commands/%zz/confirm" }],
    ] as const) {
      const answer = await sendTo(commands.port, request);
      expectJson(answer);
      expect(answer.status).toBe(status);
    }
  });
});

/** 64 MiB of brackets in 65 kB. */
const BOMB = gzipSync(Buffer.alloc(64 * 1_024 * 1_024, "["), { level: 9 });
const BRACKETS = "[".repeat(10_000_000);
const BOMBS = 1_000;
/** More than the platform lets into one instance at once (functions/src/entry/options.ts). */
const AT_ONCE = 50;

/** A body of 60 kB in chunks of a byte, which arrive together: as many pieces as bytes, for a server that keeps them. */
const CRUMBS = `POST /hooks/unknown-1 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n${"1\r\n[\r\n".repeat(60_000)}0\r\n\r\n`;

async function throwBomb(number: number): Promise<string> {
  if (number % 20 === 0) return await spoken(webhook.port, CRUMBS);
  const url = `/hooks/unknown-${number}`;
  const encodings = ["gzip", "deflate", "br", "gzip, gzip"];
  const bomb: SentRequest =
    number % 10 === 5
      ? { url, headers: JSON_TYPE, body: BRACKETS, ...(number % 20 === 5 ? { chunkBytes: 500_000 } : {}) }
      : {
          url,
          headers: { ...JSON_TYPE, "content-encoding": encodings[number % 4] ?? "gzip" },
          body: BOMB,
        };
  const { status, text } = await sendTo(webhook.port, bomb);
  return `HTTP/1.1 ${status}\r\n${text}`;
}

/** On a loaded machine a sender may be too slow, and a read too late. */
const BOMB_STATUSES = ["401", "408", "413", "503"];

describe("a thousand bombs", () => {
  it(`leave the webhook below ${MEMORY_LIMIT_MIB} MiB, and a proved signal finds it working`, async () => {
    let next = 0;
    const statuses = new Set<string>();
    const throwAll = async (): Promise<void> => {
      for (let number = next; number < BOMBS; number = next) {
        next = number + 1;
        const [head = "", body = ""] = (await throwBomb(number)).split(/\r\n(?=\{)/);
        expect(body).toMatch(/^\{"code":"[A-Z_]+","message":/);
        statuses.add(head.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, throwAll));
    expect([...statuses].filter((status) => !BOMB_STATUSES.includes(status))).toEqual([]);
    process.stdout.write(`peak memory after ${BOMBS} bombs: ${webhook.peakMemoryMib().toFixed(0)} MiB\n`);
    expect(webhook.peakMemoryMib()).toBeLessThan(MEMORY_LIMIT_MIB);
    const answer = await sendTo(webhook.port, {
      url: `/hooks/${DIRECT_HOOK}`,
      headers: { ...JSON_TYPE, "x-forwarded-for": SENDER_ADDRESS },
      body: alert({ token: TOKEN }),
    });
    expect({ ...expectJson(answer), status: answer.status }).toMatchObject({ status: 202, code: "ACCEPTED" });
  }, 300_000);
});
