// Guards the reading of bodies: never a byte more than the limit is kept, however a sender cuts or announces its bytes,
// and a sender without end is cut off.
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { discardRest, readBody } from "#entry/request-body.ts";

const LIMIT_BYTES = 10_000;

function incoming(headers: Readonly<Record<string, string>> = {}) {
  const line = new PassThrough();
  return { line, request: Object.assign(line, { headers }) as unknown as IncomingMessage };
}

const own = (bytes: Uint8Array): Buffer => Buffer.from(Uint8Array.from(bytes).buffer);

it.each([1, 7, 4_096, 4_097, LIMIT_BYTES])("joins a body that comes in pieces of %i bytes", async (size) => {
  const sent = Uint8Array.from({ length: LIMIT_BYTES }, (_, index) => index);
  const { line, request } = incoming();
  const read = readBody(request, LIMIT_BYTES);
  for (let at = 0; at < sent.length; at += size) line.write(own(sent.subarray(at, at + size)));
  line.end();
  expect(Buffer.from(await read).equals(sent)).toBe(true);
});

it("reads an empty body", async () => {
  const { line, request } = incoming();
  line.end();
  expect(await readBody(request, LIMIT_BYTES)).toHaveLength(0);
});

it("refuses an announced length before a byte of it is read", async () => {
  const { line, request } = incoming({ "content-length": String(LIMIT_BYTES + 1) });
  line.write(Buffer.alloc(10));
  await expect(readBody(request, LIMIT_BYTES)).rejects.toMatchObject({ reason: "too large" });
  expect(line.readableLength).toBe(10);
});

it("refuses the first byte past the limit, whatever was announced", async () => {
  const { line, request } = incoming({ "content-length": "3" });
  const read = readBody(request, LIMIT_BYTES);
  line.write(own(new Uint8Array(LIMIT_BYTES)));
  line.write(own(new Uint8Array(1)));
  await expect(read).rejects.toMatchObject({ reason: "too large" });
});

it("tells a sender that broke off from one that ended", async () => {
  const { line, request } = incoming();
  const read = readBody(request, LIMIT_BYTES);
  line.write(Buffer.alloc(10));
  line.destroy();
  await expect(read).rejects.toMatchObject({ reason: "cut off" });
});

it("gives the memory of a piece back, and leaves memory that pieces share", async () => {
  const { line, request } = incoming();
  const alone = own(new Uint8Array(100));
  const shared = Buffer.alloc(200).subarray(0, 100);
  const read = readBody(request, LIMIT_BYTES);
  line.write(alone);
  line.write(shared);
  line.end();
  expect(await read).toHaveLength(200);
  expect([alone.length, shared.length]).toEqual([0, 100]);
});

it("reads on past a refusal to the sender's end, and cuts off a sender that has none", async () => {
  const ending = incoming();
  const ended = discardRest(ending.request);
  ending.line.end(Buffer.alloc(1_000));
  await ended;
  const endless = incoming();
  const cutOff = discardRest(endless.request);
  for (let pieces = 0; !endless.line.destroyed; pieces += 1) {
    expect(pieces).toBeLessThan(40);
    endless.line.write(own(new Uint8Array(1_024 * 1_024)));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await cutOff;
});
