// The engine without a transport, for what a client cannot control: time, restarts, slow consumers. Messages are
// what a transport would have decoded.
import type { Caller, ProtoMessage, StreamSink } from "#local/firestore/backend.ts";
import { Engine, type EngineOptions } from "#local/firestore/engine/engine.ts";
import { ManualClock } from "../manual-clock.ts";

export const OWNER: Caller = { kind: "owner" };
export const DATABASE = "projects/demo-engine/databases/(default)";
const START_MS = 1_750_000_000_000;

export const nameOf = (path: string): string => `${DATABASE}/documents/${path}`;

export interface EngineUnderTest {
  readonly engine: Engine;
  readonly clock: ManualClock;
  readonly logged: readonly string[];
  set(path: string, fields: object, transaction?: Uint8Array): Promise<ProtoMessage>;
  remove(path: string): Promise<ProtoMessage>;
  /** The document's fields, or null when it does not exist. */
  get(path: string, options?: object): Promise<ProtoMessage | null>;
  begin(options?: object): Promise<Uint8Array>;
  commit(request: object): Promise<ProtoMessage>;
}

export function engineUnderTest(options: Partial<EngineOptions> = {}): EngineUnderTest {
  const clock = new ManualClock(START_MS);
  const logged: string[] = [];
  const engine = new Engine({ clock, log: (line) => logged.push(line), ...options });
  const commit = (request: object): Promise<ProtoMessage> =>
    engine.unary("Commit", { database: DATABASE, ...request }, OWNER);
  return {
    engine,
    clock,
    logged,
    commit,
    set: (path, fields, transaction) =>
      commit({ writes: [{ update: { name: nameOf(path), fields } }], ...(transaction && { transaction }) }),
    remove: (path) => commit({ writes: [{ delete: nameOf(path) }] }),
    get: async (path, request = {}) => {
      let found: ProtoMessage | null = null;
      const message = { database: DATABASE, documents: [nameOf(path)], ...request };
      await engine.serverStream("BatchGetDocuments", message, OWNER, (response) => {
        found = (response.found as { fields: ProtoMessage } | undefined)?.fields ?? null;
      });
      return found;
    },
    begin: async (transactionOptions) => {
      const request = { database: DATABASE, options: transactionOptions ?? { readWrite: {} } };
      return (await engine.unary("BeginTransaction", request, OWNER)).transaction as Uint8Array;
    },
  };
}

/** A sink that a test can make slow. */
export class TestSink implements StreamSink {
  readonly received: ProtoMessage[] = [];
  slow = false;
  #resume: (() => void) | undefined;

  send(message: ProtoMessage): void {
    this.received.push(message);
  }

  end(error?: Error): void {
    this.received.push({ ended: error?.message ?? "cleanly" });
  }

  ready(): boolean {
    return !this.slow;
  }

  onReady(resume: () => void): void {
    this.#resume = resume;
  }

  drain(): void {
    this.slow = false;
    this.#resume?.();
  }
}

/** One turn of the event loop, after which the engine has sent what it had to send. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const int = (value: number): object => ({ integerValue: String(value) });
