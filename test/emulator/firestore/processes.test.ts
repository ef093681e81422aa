// Many processes on one server: no update is lost and no fence is held twice.

import { type FirestoreServer, startFirestoreServer } from "@ballast/local-firestore";
import { afterAll, beforeAll, expect, it } from "vitest";
import { race } from "#tools/bench/firestore-contenders.ts";

let server: FirestoreServer;
beforeAll(async () => {
  server = await startFirestoreServer();
});
afterAll(() => server.stop());

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const sorted = (got: number[][]): number[] => got.flat().sort((a, b) => a - b);

it("100 concurrent increments from 4 processes make 100", { timeout: 60_000 }, async () => {
  const options = { processes: 4, count: 25, projectId: "demo-increments" };
  const { got } = await race(`127.0.0.1:${server.port}`, "increment", options);
  expect(sorted(got)).toEqual(upTo(100));
});

it("in a lease race of 20 processes every fence is held once", { timeout: 120_000 }, async () => {
  const options = { processes: 20, count: 2, projectId: "demo-lease" };
  const { got } = await race(`127.0.0.1:${server.port}`, "lease", options);
  expect(sorted(got)).toEqual(upTo(40));
});
