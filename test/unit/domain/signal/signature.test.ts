// Guards signed mode: the specification's own vector passes, and no change to any part of a request does.
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SIGNATURE_WINDOW_MS, verifySignature } from "#domain/signal/signature.ts";

/** From the Standard Webhooks specification's reference implementations. */
const VECTOR = {
  secret: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: "1614265330",
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const NOW_MS = 1_614_265_330_000;
const bytes = (text: string) => new TextEncoder().encode(text);
const sign = (secret: string, id: string, timestamp: string, body: string) =>
  `v1,${createHmac("sha256", Buffer.from(secret, "base64")).update(`${id}.${timestamp}.${body}`).digest("base64")}`;

type Request = typeof VECTOR;
const verify = (request: Partial<Request>, nowMs = NOW_MS, secrets = [VECTOR.secret]) => {
  const { id, timestamp, signature, body } = { ...VECTOR, ...request };
  return verifySignature({ id, timestamp, signature }, bytes(body), secrets, nowMs).kind;
};

describe("a signature", () => {
  it("of the specification's vector is valid, with and without whsec_", () => {
    expect(verify({})).toBe("valid");
    expect(verify({}, NOW_MS, [`whsec_${VECTOR.secret}`])).toBe("valid");
  });

  it.each<[string, Partial<Request>]>([
    ["another body", { body: '{"test": 2432232315}' }],
    ["another id", { id: "msg_other" }],
    ["another time", { timestamp: "1614265331" }],
    ["another version", { signature: VECTOR.signature.replace("v1,", "v1a,") }],
    ["a cut signature", { signature: VECTOR.signature.slice(0, -4) }],
    ["no signature at all", { signature: "" }],
    ["an id with a dot", { id: "a.1" }],
    ["a time that is none", { timestamp: "1e9" }],
  ])("is invalid with %s", (_name, change) => {
    expect(verify(change)).toBe("invalid");
  });

  it("is found in a list, and under either secret while one is rotated", () => {
    expect(verify({ signature: `v1,AAAA v2,x ${VECTOR.signature}` })).toBe("valid");
    const next = Buffer.from("a completely different secret").toString("base64");
    expect(verify({}, NOW_MS, [next, VECTOR.secret])).toBe("valid");
    expect(verify({}, NOW_MS, [next])).toBe("invalid");
  });

  it("is missing when a header is", () => {
    const { id, timestamp, signature } = VECTOR;
    for (const headers of [
      { id: undefined, timestamp, signature },
      { id, timestamp: undefined, signature },
      { id, timestamp, signature: undefined },
    ])
      expect(verifySignature(headers, bytes(VECTOR.body), [VECTOR.secret], NOW_MS).kind).toBe("missing");
  });

  it("holds for five minutes both ways, and not a millisecond more", () => {
    expect(verify({}, NOW_MS + SIGNATURE_WINDOW_MS)).toBe("valid");
    expect(verify({}, NOW_MS - SIGNATURE_WINDOW_MS)).toBe("valid");
    expect(verify({}, NOW_MS + SIGNATURE_WINDOW_MS + 1)).toBe("outsideWindow");
    expect(verify({}, NOW_MS - SIGNATURE_WINDOW_MS - 1)).toBe("outsideWindow");
  });

  it("is never valid without a secret, or with an empty one", () => {
    expect(verify({}, NOW_MS, [])).toBe("invalid");
    expect(
      verify({ signature: sign("", VECTOR.id, VECTOR.timestamp, VECTOR.body) }, NOW_MS, ["", "whsec_"]),
    ).toBe("invalid");
  });

  it("fits one body only", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (signed, sent) => {
        fc.pre(signed !== sent);
        const signature = sign(VECTOR.secret, VECTOR.id, VECTOR.timestamp, signed.toWellFormed());
        expect(verify({ signature, body: signed.toWellFormed() })).toBe("valid");
        if (signed.toWellFormed() !== sent.toWellFormed())
          expect(verify({ signature, body: sent.toWellFormed() })).toBe("invalid");
      }),
    );
  });
});
