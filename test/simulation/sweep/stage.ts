// The ground of a scenario: one account's deployment of the simulator, signals to send, things to arrange,
// and the strike of the sweep waiting in its policy.

import type { CommandRequest } from "#domain/documents/command.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import { intentId, signalId } from "#domain/documents/ids.ts";
import { paths } from "#domain/documents/paths.ts";
import type { Intent, Receipt } from "#domain/documents/signal.ts";
import { encode } from "#functions/app/documents/codec.ts";
import { isOpen } from "#local/exchange/engine/state.ts";
import type { DocumentData, DocumentWrite } from "#ports/documents.ts";
import type { Venue } from "#ports/venue.ts";
import type { Mutation } from "../mutations/mutation.ts";
import type { SimAlert } from "../platform/front.ts";
import type { PortCall } from "../ports/gate.ts";
import { happen } from "../workload/happen.ts";
import type { Happening } from "../workload/items.ts";
import { ENVIRONMENT, World } from "../world.ts";
import { ACCOUNT, hooks, sweepSetup } from "./account.ts";
import { sourcesOfCaller } from "./sources.ts";
import { type Script, type Strike, StrikePolicy } from "./strike-policy.ts";

const SEED = 11;
const INTENT_VALID_MS = 600_000;
/** How often `when` looks; virtual time costs nothing. */
const LOOK_EVERY_MS = 250;

export interface StageOptions {
  readonly config: Partial<AccountConfig>;
  readonly startMinute: number;
  readonly strikes: readonly Strike[];
  readonly sources: Set<string> | null;
  /** The product with a guarantee taken away. */
  readonly mutation: Mutation | null;
}

export class Stage {
  readonly world: World;
  readonly policy: StrikePolicy;
  #untilMs = 0;

  constructor({ config, startMinute, strikes, sources, mutation }: StageOptions) {
    const policy = new StrikePolicy(strikes, sources);
    this.policy = policy;
    const setup = sweepSetup(config, startMinute);
    this.world = new World({
      seed: SEED,
      setup,
      policy: () => policy,
      mutation: mutation ?? locating(sources),
    });
    this.world.functions.placement = "newest";
    policy.deliverAgain = this.#repeater();
  }

  get nowMs(): number {
    return this.world.queue.nowMs;
  }

  /** Lets virtual time pass. */
  async run(durationMs: number): Promise<void> {
    await this.world.runUntil(this.nowMs + durationMs);
  }

  /** The trial: `isTrial` is set and conditions are looked at for this long. */
  async runTrial(durationMs: number): Promise<void> {
    this.#untilMs = this.nowMs + durationMs;
    await this.run(durationMs);
  }

  after(delayMs: number, then: () => void): void {
    this.world.queue.after(delayMs, then);
  }

  /** Does `then` once, as soon as the condition holds, if that is before the trial ends. */
  when(condition: () => boolean, then: () => void): void {
    const look = (): void => {
      if (condition()) then();
      else if (this.#untilMs === 0 || this.nowMs < this.#untilMs) this.after(LOOK_EVERY_MS, look);
    };
    this.after(LOOK_EVERY_MS, look);
  }

  /** Whether an order stands in the venue's book. */
  get hasRestingOrder(): boolean {
    return [...this.world.exchange.engine.state.orders.values()].some(isOpen);
  }

  happen(happening: Happening): void {
    happen(this.world, happening);
  }

  /** Moves a symbol's price at the venue, unannounced. */
  jump(symbol: string, percent: number): void {
    this.happen({ kind: "jump", symbol, percent });
  }

  script(script: Script): void {
    this.policy.scripts.push(script);
  }

  /** Stores documents past everything, as an operator might. */
  async put(path: string, data: DocumentData | null): Promise<void> {
    const write: DocumentWrite = data === null ? { op: "delete", path } : { op: "set", path, data };
    await this.commit([write]);
  }

  /** The same for a batch. */
  async commit(writes: readonly DocumentWrite[]): Promise<void> {
    await this.world.store.commit(writes);
    await this.world.witness.landed(null, ENVIRONMENT, writes);
  }

  read(path: string): DocumentData | null {
    return this.world.store.dump()[path] ?? null;
  }

  /** A command on its way to its function. */
  order(key: string, request: CommandRequest): void {
    const [account] = this.world.setup.accounts;
    if (account === undefined) throw new Error("No account");
    const { accountId, name: accountName } = account.profile;
    const reason = "from the catalogue of scenarios";
    this.world.commandFront.post({ key, accountId, accountName, request, reason });
  }

  /** An alert on its way to a hook. */
  alert(alert: SimAlert): void {
    this.world.front.send(alert);
  }

  /** A valid intent of now; equal keys are one signal. */
  intent(key: string, overrides: Partial<Intent> = {}): Intent {
    const ofSignal = signalId(hooks.direct.hookId, key);
    return {
      intentId: intentId(ofSignal),
      signalId: ofSignal,
      accountId: ACCOUNT,
      strategyId: "trend",
      symbol: "BTCUSDT",
      action: "open",
      side: "long",
      size: { kind: "strategyDefault" },
      reduceBps: null,
      signalPriceUsd: null,
      exits: null,
      entries: null,
      signalledAtMs: this.nowMs,
      receivedAtMs: this.nowMs,
      expiresAtMs: this.nowMs + INTENT_VALID_MS,
      ...overrides,
    };
  }

  /** An intent with its receipt stored, as the webhook leaves it. */
  async receive(key: string, overrides: Partial<Intent> = {}): Promise<Intent> {
    const intent = this.intent(key, overrides);
    await this.put(paths.receipt(ACCOUNT, intent.signalId), encode(receiptOf(intent)));
    return intent;
  }

  /** The same, published. */
  async signal(key: string, overrides: Partial<Intent> = {}): Promise<Intent> {
    const intent = await this.receive(key, overrides);
    this.world.broker.publish("intents", { intent });
    return intent;
  }

  /** Delivers to a new instance what the calling process was last set going by. */
  #repeater(): (call: PortCall) => void {
    const { functions } = this.world;
    const latest = new Map<string, () => void>();
    const invoke = functions.invoke.bind(functions);
    functions.invoke = (kind, what, work, ended) =>
      invoke(
        kind,
        what,
        (wired) => {
          latest.set(wired.process.id, () => invoke(kind, `${what} again`, work, () => undefined));
          return work(wired);
        },
        ended,
      );
    return ({ process }) => {
      functions.placement = "new";
      latest.get(process.id)?.();
      functions.placement = "newest";
    };
  }
}

function receiptOf(intent: Intent): Receipt {
  const { signalId: ofSignal, accountId, strategyId, receivedAtMs } = intent;
  return {
    signalId: ofSignal,
    hookId: hooks.direct.hookId,
    accountId,
    strategyId,
    status: "RECEIVED",
    intent,
    refusalCode: null,
    denials: [],
    clientOrderId: null,
    queue: null,
    payload: {},
    source: { address: "127.0.0.1", mode: "tradingview" },
    receivedAtMs,
    decidedAtMs: null,
    sentAtMs: null,
    acknowledgedAtMs: null,
  };
}

/** No mutation at all: notes where in the product calls to the venue stand. */
function locating(sources: Set<string> | null): Mutation | null {
  if (sources === null) return null;
  const hooks = () => ({ venue: (venue: Venue) => located(venue, sources) });
  return { name: "none", says: "nothing is taken away", hooks };
}

function located(venue: Venue, sources: Set<string>): Venue {
  return new Proxy(venue, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== "function") return method;
      return (...given: readonly unknown[]): unknown => {
        for (const source of sourcesOfCaller()) sources.add(source);
        return Reflect.apply(method, target, given);
      };
    },
  });
}
