// Serves the web transports over a fake backend on a free port, with a clock and a ticker the test drives.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createWebHandler } from "#local/firestore/web/handler.ts";
import { ManualClock } from "../manual-clock.ts";
import { FakeBackend } from "./fake-backend.ts";

export interface WebFixture extends AsyncDisposable {
  readonly backend: FakeBackend;
  readonly origin: string;
  readonly cleared: string[];
  readonly faults: string[];
  /** Moves the clock and lets the handler look at it. */
  advance(ms: number): void;
  close(): void;
}

export const START_MS = Date.parse("2025-01-01T00:00:00Z");

export async function serveWeb(): Promise<WebFixture> {
  const backend = new FakeBackend();
  const cleared: string[] = [];
  const faults: string[] = [];
  const clock = new ManualClock(START_MS);
  const handler = createWebHandler({
    backend,
    copies: { exportTo: () => 0, importFrom: async () => 0 },
    clear: (database) => void cleared.push(database),
    setRules: () => undefined,
    clock,
    log: (line) => void faults.push(line),
  });
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    backend,
    cleared,
    faults,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    advance: (ms) => clock.advance(ms),
    close: () => handler.close(),
    async [Symbol.asyncDispose]() {
      handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An ID token as the auth emulator makes them: unsigned, valid for an hour from the fixture's start. */
export function idToken(
  claims: Readonly<Record<string, unknown>> = {},
  header: object = { alg: "none" },
): string {
  const expirySeconds = START_MS / 1000 + 3600;
  const payload = { sub: "ann", aud: "demo-web", exp: expirySeconds, ...claims };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return `${encode(header)}.${encode(payload)}.`;
}
