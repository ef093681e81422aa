// Calls of Google's APIs: what is repeated, what is not, and what a caller is told. The table of repetitions is
// that of Google's own clients, but for a commit that may have been applied and has no guard.
import { describe, expect, it } from "vitest";
import { createRestDocuments } from "#adapters/firestore/rest-documents.ts";
import { createGoogleRest, type GoogleRest, type GoogleRestError } from "#adapters/google/google-rest.ts";
import { type HttpResponse, TransportError } from "#adapters/http/http-transport.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { DeadlineExceededError } from "#ports/deadline.ts";
import { DocumentUnavailableError, type DocumentWrite } from "#ports/documents.ts";

const UNAVAILABLE = 14;
const DONE = {
  status: 200,
  headers: {},
  body: '{"commitTime":"2026-11-28T16:05:46.123456Z","writeResults":[{}]}',
};
const LOST = new TransportError("ECONNRESET", true, "lost");
const NOT_SENT = new TransportError("ECONNREFUSED", false, "not sent");

function refusal(http: number, status: string): HttpResponse {
  return {
    status: http,
    headers: {},
    body: JSON.stringify({ error: { code: http, status, message: "no" } }),
  };
}

/** Answers in turn; the last one for good. */
function restOver(...answers: readonly (HttpResponse | Error)[]): { rest: GoogleRest; asked: () => number } {
  let asked = 0;
  const rest = createGoogleRest({
    origin: "http://google.test",
    transport: async () => {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      if (answer instanceof Error) throw answer;
      if (answer === undefined) throw new Error("The test gives no answer");
      return answer;
    },
    accessToken: async () => "owner",
    clock: createSystemClock(),
    random: () => 0,
  });
  return { rest, asked: () => asked };
}

const call = (rest: GoogleRest, retried: readonly number[]) =>
  rest({ method: "POST", path: "/v1/x", body: {}, retried: new Set(retried), limitMs: 400 });

describe("a call of a Google API", () => {
  it("is made again after a code that its caller names, within its bound", async () => {
    const { rest, asked } = restOver(refusal(503, "UNAVAILABLE"), DONE);
    await call(rest, [UNAVAILABLE]);
    expect(asked()).toBe(2);
    const broken = restOver(refusal(503, "UNAVAILABLE"));
    await expect(call(broken.rest, [UNAVAILABLE])).rejects.toMatchObject({ code: UNAVAILABLE });
    expect(broken.asked()).toBeGreaterThan(1);
  });

  it("is not made again after any other", async () => {
    const { rest, asked } = restOver(refusal(400, "FAILED_PRECONDITION"), DONE);
    await expect(call(rest, [UNAVAILABLE])).rejects.toMatchObject({ code: 9 });
    expect(asked()).toBe(1);
  });

  it("is made again when it never left, whatever it was", async () => {
    const { rest, asked } = restOver(NOT_SENT, DONE);
    await call(rest, []);
    expect(asked()).toBe(2);
  });

  it("ends at its bound, also while an attempt is without an answer", async () => {
    const rest = createGoogleRest({
      origin: "http://google.test",
      transport: () => new Promise(() => undefined),
      accessToken: async () => "owner",
      clock: createSystemClock(),
      random: () => 0,
    });
    const asked = rest({ method: "POST", path: "/v1/x", body: {}, retried: new Set(), limitMs: 20 });
    await expect(asked).rejects.toBeInstanceOf(DeadlineExceededError);
  });

  it("is made once where its caller wants one attempt, even when it never left", async () => {
    const { rest, asked } = restOver(NOT_SENT, DONE);
    const once = rest({ method: "GET", path: "/v1/x", retried: null, limitMs: 400 });
    await expect(once).rejects.toMatchObject({ code: UNAVAILABLE, sent: false, refusal: null });
    expect(asked()).toBe(1);
  });

  it.each([
    ["a page of a proxy", { status: 502, headers: {}, body: "<html>" }],
    ["half an answer", { status: 200, headers: {}, body: '{"a":' }],
    [
      "an error inside a stream of answers",
      { ...refusal(503, "UNAVAILABLE"), body: '[{"found":{}},{"error":{"status":"UNAVAILABLE"}}]' },
    ],
    ["no answer", LOST],
  ] as const)("has no answer in %s, and may have been carried out", async (_name, answer) => {
    const { rest } = restOver(answer);
    const error = await call(rest, []).catch((thrown: unknown) => thrown as GoogleRestError);
    expect(error).toMatchObject({ name: "GoogleRestError", code: UNAVAILABLE, sent: true });
  });
});

describe("a commit whose answer was lost", () => {
  const guarded: DocumentWrite = { op: "create", path: "a/b", data: {} };
  const counting: DocumentWrite = { op: "update", path: "a/b", changes: { n: { incrementBy: 1 } } };
  const commit = (rest: GoogleRest, write: DocumentWrite) =>
    createRestDocuments({ projectId: "demo", rest }).commit([write]);

  it("is repeated where its guard keeps it from being applied twice", async () => {
    const { rest, asked } = restOver(LOST, DONE);
    expect(await commit(rest, guarded)).toEqual(["1795881946.123456000"]);
    expect(asked()).toBe(2);
  });

  it("is never repeated where an increment would count twice", async () => {
    const { rest, asked } = restOver(LOST, DONE);
    await expect(commit(rest, counting)).rejects.toBeInstanceOf(DocumentUnavailableError);
    expect(asked()).toBe(1);
  });

  it("is repeated without a guard only where the store says that nothing was applied", async () => {
    const { rest, asked } = restOver(refusal(409, "ABORTED"), DONE);
    await commit(rest, counting);
    expect(asked()).toBe(2);
  });
});
