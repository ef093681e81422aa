// An exchange behind a real socket in this process, for tests that go through ccxt and HTTP.
import { afterAll, beforeAll } from "vitest";
import { createExchange, type Exchange } from "#local/exchange/exchange.ts";
import { type RunningServer, startServer } from "#local/exchange/http/server.ts";
import type { ExchangeOptions } from "#local/exchange/options.ts";

export interface RunningExchange {
  readonly exchange: Exchange;
  readonly server: RunningServer;
}

/** Starts an exchange on a free port under the real clock; prices stand still unless a test moves them. */
export async function runExchange(options: Partial<ExchangeOptions> = {}): Promise<RunningExchange> {
  const exchange = createExchange({ seed: 11, historyMinutes: 180, nowMs: Date.now, ...options });
  exchange.admin("pause");
  const onError = (error: unknown): never => {
    throw error;
  };
  return { exchange, server: await startServer(exchange, { port: 0, nowMs: Date.now, onError }) };
}

/** One running exchange for all tests of a file. */
export function withExchange(options: Partial<ExchangeOptions> = {}): () => RunningExchange {
  let running: RunningExchange | undefined;
  beforeAll(async () => {
    running = await runExchange(options);
  });
  afterAll(async () => {
    await running?.server.close();
  });
  return () => {
    if (running === undefined) throw new Error("The exchange has not started");
    return running;
  };
}

/** JSON request to the admin API. */
export async function adminRequest(
  url: string,
  method: string,
  path: string,
  input?: unknown,
): Promise<Response> {
  const body = input === undefined ? {} : { body: JSON.stringify(input) };
  return fetch(`${url}/admin/${path}`, { method, ...body });
}
