// A whole local stack for end-to-end tests: the real supervisor with free ports and a data directory of its own. Can
// be killed like a machine that lost power, and started again on what it had stored.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { LOCAL_HOST, LOCAL_PORTS, type LocalPart, type LocalPorts } from "#local/ports.ts";
import { type Database, openDatabase } from "#local/stack/database.ts";
import { processesOfRun, RUN_ID_VARIABLE, sendSignal } from "#local/stack/process-table.ts";
import { killAll } from "#local/stack/run-record.ts";
import { localSecrets } from "#local/stack/secrets.ts";
import { origin } from "#local/stack/settings.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Two cores shared with other suites, and builds that may have to run first. */
export const START_TIMEOUT_MS = 240_000;

function listenAnywhere(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, LOCAL_HOST, () => resolve(server));
  });
}

/** A free port for every part. They are held together until all are known, so that no two are the same. */
export async function freePorts(): Promise<LocalPorts> {
  const parts = Object.keys(LOCAL_PORTS) as LocalPart[];
  const servers = await Promise.all(parts.map(listenAnywhere));
  const ports = servers.map((server, index) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("No port was given");
    return [parts[index], address.port] as const;
  });
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return Object.fromEntries(ports) as LocalPorts;
}

function portVariables(ports: LocalPorts): Readonly<Record<string, string>> {
  const parts = Object.keys(ports) as LocalPart[];
  return Object.fromEntries(parts.map((part) => [LOCAL_PORTS[part].env, String(ports[part])]));
}

/** The variables of a test run that would change how the stack's own processes behave. */
function ownEnvironment(): Readonly<Record<string, string | undefined>> {
  const inherited = Object.entries(process.env);
  return Object.fromEntries(
    inherited.filter(([name]) => !/^(VITEST|NODE_OPTIONS|BALLAST_|TEST$)/.test(name)),
  );
}

/** The stack's exchanges: Binance's words, and Bybit's. Each has prices and books of its own. */
export type ExchangePart = Extract<LocalPart, "exchange" | "bybit">;

export class TestStack {
  readonly dataDir: string;
  readonly ports: LocalPorts;
  #child: ChildProcess | null = null;
  #database: Database | null = null;
  #output = "";

  private constructor(dataDir: string, ports: LocalPorts) {
    this.dataDir = dataDir;
    this.ports = ports;
  }

  /** An empty stack on free ports, still to be started. */
  static async create(): Promise<TestStack> {
    const parent = join(ROOT, ".local", "e2e");
    mkdirSync(parent, { recursive: true });
    return new TestStack(mkdtempSync(join(parent, "stack-")), await freePorts());
  }

  /** Starts the supervisor and resolves at `Ready`. Rejects with its output when it ends instead. */
  async start(flags: readonly string[] = []): Promise<void> {
    const args = [join(ROOT, "local", "start.ts"), "--data", this.dataDir, ...flags];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...ownEnvironment(), ...portVariables(this.ports) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#output = "";
    await new Promise<void>((resolve, reject) => {
      const take = (chunk: Buffer): void => {
        this.#output += chunk.toString("utf8");
        if (/^Ready /m.test(this.#output)) resolve();
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.once("error", reject);
      child.once("exit", (code, signal) =>
        reject(new Error(`The stack ended (${signal ?? code}) instead of getting ready:\n${this.#output}`)),
      );
    });
    this.#database = openDatabase(`${LOCAL_HOST}:${this.ports.firestore}`);
  }

  /** The variables by which a tool finds this stack. */
  get variables(): Readonly<Record<string, string>> {
    return { ...portVariables(this.ports), BALLAST_LOCAL_DATA_DIR: this.dataDir };
  }

  /** Output of the supervisor since its start. */
  get output(): string {
    return this.#output;
  }

  get hookToken(): string {
    return localSecrets(this.dataDir).hookToken;
  }

  get database(): Database {
    if (this.#database === null) throw new Error("The stack is not running");
    return this.#database;
  }

  /** An exchange's own truth. */
  async exchangeState(part: ExchangePart = "exchange"): Promise<ExchangeState> {
    const response = await fetch(`${origin(this.ports, part)}/admin/state`);
    return (await response.json()) as ExchangeState;
  }

  /** Every process of the stack at once, as when the machine loses power; nothing gets to write anything. */
  async killEverything(): Promise<void> {
    await this.#database?.close();
    this.#database = null;
    const child = this.#child;
    if (child?.pid === undefined) throw new Error("The stack is not running");
    const gone = new Promise((resolve) => child.once("exit", resolve));
    sendSignal(child.pid, "SIGKILL");
    const runId = this.#runId();
    await killAll(() => processesOfRun(runId));
    await gone;
  }

  /**
   * Stops a server's process where it stands, as SIGSTOP does: it lives on without hearing or answering.
   * Linux only.
   */
  freeze(server: "pubsub" | "scheduler"): void {
    const script = join("local", server, "main.ts");
    const pids = processesOfRun(this.#runId()).filter((pid) => commandLine(pid).includes(script));
    if (pids.length === 0) throw new Error(`No process of this stack runs ${script}`);
    for (const pid of pids) sendSignal(pid, "SIGSTOP");
  }

  /** Ctrl-C; resolves with the exit code and the processes that outlived it. */
  async stop(): Promise<{ readonly exitCode: number | null; readonly leftBehind: readonly number[] }> {
    await this.#database?.close();
    this.#database = null;
    const child = this.#child;
    this.#child = null;
    if (child?.pid === undefined || child.exitCode !== null)
      throw new Error(`The stack is not running:\n${this.#output}`);
    const runId = this.#runId();
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    sendSignal(child.pid, "SIGINT");
    return { exitCode: await exited, leftBehind: processesOfRun(runId) };
  }

  /** Forgets the stack's data; its logs stay where a failure has to be understood. */
  remove(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  #runId(): string {
    const text = readFileSync(join(this.dataDir, "run.json"), "utf8");
    const { runId } = JSON.parse(text) as { runId?: string };
    if (runId === undefined) throw new Error(`run.json holds no id for ${RUN_ID_VARIABLE}`);
    return runId;
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    // Ended meanwhile.
    return "";
  }
}

export interface ExchangeState {
  readonly prices: Readonly<Record<string, { readonly bidUsd: string; readonly askUsd: string }>>;
  readonly accounts: readonly {
    readonly walletUsd: string;
    readonly positions: readonly {
      readonly symbol: string;
      readonly qtyBase: string;
      readonly entryPriceUsd: string;
    }[];
  }[];
  readonly orders: readonly ExchangeOrder[];
  /** Conditional orders; `NEW` waits for its trigger. */
  readonly algoOrders: readonly {
    readonly symbol: string;
    readonly orderType: string;
    readonly algoStatus: string;
    readonly triggerPrice: string;
    readonly quantity: string;
  }[];
  /** In the order in which they happened. */
  readonly trades: readonly {
    readonly orderId: number;
    readonly symbol: string;
    readonly side: "BUY" | "SELL";
    readonly qty: string;
    readonly quoteQty: string;
    readonly time: number;
  }[];
  readonly incomes: readonly {
    readonly symbol: string;
    readonly incomeType: string;
    readonly income: string;
    readonly time: number;
  }[];
}

export interface ExchangeOrder {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: "BUY" | "SELL";
  readonly status: string;
  readonly reduceOnly: boolean;
  readonly origQty: string;
  readonly executedQty: string;
}
