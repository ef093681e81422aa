// Breaks the stack by the seed while it works: exchange faults, bad deliveries, killed function processes (some of
// them in the very moment of a send), killed servers, schedules fired at odd times, moving prices.
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "@ballast/local-serving/random.ts";
import type { ActiveFault, FaultRule } from "#local/exchange/faults/fault.ts";
import { origin } from "#local/stack/settings.ts";
import { pick } from "./alerts.ts";
import { FAULT_KINDS, NEW_ORDER, planFault } from "./exchange-faults.ts";
import { RESTARTABLE, type Restartable, type SimStack } from "./sim-stack.ts";
import { requestJson, requireJson } from "./stack-http.ts";

const MIN_GAP_MS = 300;
const GAP_RANGE_MS = 1_400;
const MAX_DOWN_MS = 2_000;
/** How long a send is held while its process is being killed, and how long such a send is waited for. */
const HELD_SEND_MS = 4_000;
const SEND_WAIT_MS = 8_000;
const POLL_MS = 50;
/** Processes that send orders. */
const SENDING = new Set(["executor", "followUp", "reconcileEveryMinute"]);

/** How often what was done, by kind. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(kind: string, count = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  toString(): string {
    const sorted = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted.length === 0 ? "none" : sorted.map(([kind, count]) => `${kind} ${count}`).join(", ");
  }
}

type Step = () => Promise<void>;

export class Disruption {
  readonly faults = new Tally();
  readonly kills = new Tally();
  readonly #stack: SimStack;
  readonly #random: Random;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(stack: SimStack, random: Random) {
    this.#stack = stack;
    this.#random = random;
  }

  /** Breaks something every second or so until `isOver`. Every server is killed once before any is killed twice. */
  async run(isOver: () => boolean): Promise<void> {
    await this.#setChaos();
    let deck: Step[] = [];
    while (!isOver()) {
      if (deck.length === 0) deck = this.#shuffled(this.#deck());
      const step = deck.pop();
      if (step !== undefined) await step();
      await sleep(MIN_GAP_MS + this.#random() * GAP_RANGE_MS);
    }
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** Ends every fault. Servers that are up stay up. */
  async heal(): Promise<void> {
    const { ports } = this.#stack;
    await requireJson("DELETE", `${origin(ports, "exchange")}/admin/faults`);
    await requireJson("POST", `${origin(ports, "exchange")}/admin/limits`);
    await requireJson("DELETE", `${origin(ports, "pubsub")}/chaos`);
    await requireJson("POST", `${origin(ports, "scheduler")}/pause`);
  }

  #deck(): Step[] {
    return [
      ...RESTARTABLE.map((name) => () => this.#restart(name)),
      ...FAULT_KINDS.map((kind) => () => this.#inject(kind)),
      // One is enough: a holder that dies keeps the account waiting until its lease runs out.
      () => this.#killMidSend(pick(this.#random, ["before", "after"])),
      ...Array.from({ length: 4 }, () => () => this.#killOne()),
      ...Array.from({ length: 4 }, () => () => this.#fireSchedules()),
      () => this.#setChaos(),
      () => this.#moveMarket(),
    ];
  }

  #shuffled(steps: readonly Step[]): Step[] {
    return steps
      .map((step) => ({ step, at: this.#random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ step }) => step);
  }

  async #restart(name: Restartable): Promise<void> {
    const downMs = this.#random() * MAX_DOWN_MS;
    this.kills.add(name);
    await this.#stack.restart(name, downMs);
    // A fresh Pub/Sub server delivers well; chaos is not part of its stored state.
    if (name === "pubsub") await this.#setChaos();
  }

  async #inject(kind: string): Promise<void> {
    const { rule, lifeMs } = planFault(kind, this.#random);
    const added = await this.#addFault(kind, rule);
    if (added === null) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      // Also when it has struck out, or the exchange was restarted since: clearing is then without effect.
      void requestJson("DELETE", `${origin(this.#stack.ports, "exchange")}/admin/faults/${added.id}`);
    }, lifeMs);
    this.#timers.add(timer);
  }

  async #addFault(kind: string, rule: FaultRule): Promise<ActiveFault | null> {
    const url = `${origin(this.#stack.ports, "exchange")}/admin/faults`;
    const added = await requestJson<ActiveFault>("POST", url, rule);
    if (added !== null) this.faults.add(kind);
    return added;
  }

  #killOne(): Promise<void> {
    const workers = this.#stack.workers();
    if (workers.length === 0) return Promise.resolve();
    const worker = pick(this.#random, workers);
    if (this.#stack.killWorker(worker)) this.kills.add(worker.target);
    return Promise.resolve();
  }

  /** Holds the next send at the venue, before or after it takes effect, and kills whoever may have sent it. */
  async #killMidSend(when: "before" | "after"): Promise<void> {
    const effect = { kind: "latency", when, latencyMs: HELD_SEND_MS } as const;
    const added = await this.#addFault(`heldSend ${when}`, { effect, match: NEW_ORDER, count: 1 });
    if (added === null) return;
    const deadlineMs = performance.now() + SEND_WAIT_MS;
    while (performance.now() < deadlineMs && (await this.#isWaiting(added.id))) await sleep(POLL_MS);
    for (const worker of this.#stack.workers())
      if (SENDING.has(worker.target) && this.#stack.killWorker(worker))
        this.kills.add(`${worker.target} mid-send`);
  }

  async #isWaiting(faultId: number): Promise<boolean> {
    const url = `${origin(this.#stack.ports, "exchange")}/admin/faults`;
    const listed = await requestJson<readonly ActiveFault[]>("GET", url);
    return listed?.some(({ id }) => id === faultId) ?? false;
  }

  #fireSchedules(): Promise<void> {
    const names = pick(this.#random, [
      ["reconcileEveryMinute"],
      ["navEveryMinute"],
      ["navEveryMinute", "reconcileEveryMinute"],
    ]);
    const fire = (name: string) =>
      requestJson("POST", `${origin(this.#stack.ports, "scheduler")}/fire/${name}?wait=false`);
    return Promise.all(names.map(fire)).then(() => undefined);
  }

  async #setChaos(): Promise<void> {
    const chaos = {
      seed: Math.floor(this.#random() * 1_000_000),
      duplicate: this.#random() * 0.4,
      delay: this.#random() * 0.5,
      delayMaxMs: 500 + Math.floor(this.#random() * 3_000),
      reorder: this.#random() * 0.6,
    };
    if ((await requestJson("PUT", `${origin(this.#stack.ports, "pubsub")}/chaos`, chaos)) !== null)
      this.faults.add("delivery chaos");
  }

  async #moveMarket(): Promise<void> {
    const admin = `${origin(this.#stack.ports, "exchange")}/admin`;
    await requestJson("POST", `${admin}/regime`, {
      regime: pick(this.#random, ["calm", "trend", "volatile"]),
    });
    await requestJson("POST", `${admin}/jump`, { percent: (this.#random() - 0.5) * 3 });
  }
}
