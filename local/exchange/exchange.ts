// The exchange as one object without sockets or timers: requests in, answers out, time moved from outside.
// The HTTP server adapts it to sockets; a simulation calls it in process. Same seed, clock and requests give
// the same state.
import { isEngineAction, runEngineAction } from "./admin/actions.ts";
import { AdminInput, AdminInputError } from "./admin/input.ts";
import { dumpState, stateHash } from "./admin/state-dump.ts";
import type { Dialect } from "./dialect.ts";
import { advance, COARSE_ABOVE_MS } from "./engine/advance.ts";
import { decodeTree, encodeTree } from "./engine/codec.ts";
import { createEngine, restoreEngine } from "./engine/create-engine.ts";
import type { Engine } from "./engine/engine.ts";
import type { EngineState } from "./engine/state.ts";
import { alterAfter, answerBefore, arrivalDelayMs, clockSkewMs } from "./faults/apply.ts";
import type { ActiveFault, FaultEffect, FaultRule } from "./faults/fault.ts";
import { FaultInjector } from "./faults/injector.ts";
import { StaleAnswers } from "./faults/stale-answers.ts";
import { type ExchangeOptions, type ResolvedOptions, resolveOptions } from "./options.ts";
import type { CommitRecord, ExchangeRequest, ExchangeResponse } from "./types.ts";

/**
 * Longest time between two records, half of the coarse step, so that a replay crosses every gap in fine
 * steps.
 */
const CHECKPOINT_MS = COARSE_ABOVE_MS / 2;

/** A request whose faults are decided: it arrives after the delay, and is handled by `proceed`. */
interface Arrival {
  readonly delayMs: number;
  readonly proceed: () => ExchangeResponse;
}

export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #resolved: ResolvedOptions;
  readonly #faults: FaultInjector;
  readonly #stale = new StaleAnswers();
  /** The venue's own: its limits are those that admin actions move. */
  readonly #dialect: Dialect;
  #engine: Engine;
  /** Time of the last record, or of the start. */
  #committedMs: number;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#resolved = resolveOptions(options);
    this.#faults = new FaultInjector(options.seed);
    this.#dialect = this.#resolved.dialect;
    const { restore } = options;
    this.#engine =
      restore === undefined
        ? this.#freshEngine(options.seed, options.nowMs())
        : restoreEngine(
            { ...this.#resolved.setup, seed: options.seed, startMs: 0 },
            decodeTree<EngineState>(restore.snapshot),
          );
    for (const record of restore?.records ?? []) this.#replay(record);
    this.#committedMs = this.#engine.state.clockMs;
  }

  /** The engine, for tests of its inside. Change it only through requests and admin actions. */
  get engine(): Engine {
    return this.#engine;
  }

  /** Handles a request now. Latency faults of both directions are in the answer's transport effect. */
  handle(request: ExchangeRequest): ExchangeResponse {
    const { delayMs, proceed } = this.receive(request);
    const response = proceed();
    if (delayMs === 0) return response;
    return {
      ...response,
      transport: { ...response.transport, latencyMs: response.transport.latencyMs + delayMs },
    };
  }

  /** Decides a request's faults; the caller waits `delayMs` before it lets the request proceed. */
  receive(request: ExchangeRequest): Arrival {
    const symbol = this.#dialectOf(request.path).symbolOf(request);
    const struck = this.#faults.strike({ method: request.method, path: request.path, symbol });
    const effects = struck.map((fault) => fault.effect);
    return { delayMs: arrivalDelayMs(effects), proceed: () => this.#proceed(request, struck, effects) };
  }

  /** Moves the market to a time; requests do it by themselves. */
  advanceTo(nowMs: number): void {
    const { clockMs } = this.#engine.state;
    const { revision } = this.#engine;
    const gap = nowMs - clockMs > COARSE_ABOVE_MS;
    // Coarse steps start where the fine ones ended, so that point has to be repeatable too.
    if (gap) this.#commit({ kind: "advance", atMs: clockMs });
    advance(this.#engine, nowMs);
    const reachedMs = this.#engine.state.clockMs;
    const due = reachedMs - this.#committedMs >= CHECKPOINT_MS;
    if (gap || due || this.#engine.revision !== revision) this.#commit({ kind: "advance", atMs: reachedMs });
  }

  /**
   * Admin actions: price, jump, regime, pause, resume, deposit, withdraw, income, account, adl, time, reset, ban, limits, crowd.
   * Throws AdminInputError on input it cannot use.
   */
  admin(action: string, input?: unknown): unknown {
    const nowMs = this.#options.nowMs();
    this.advanceTo(nowMs);
    if (isEngineAction(action) || action === "reset") {
      const result = this.#runAction(action, input, nowMs);
      this.#commit({ kind: "admin", atMs: nowMs, action, input: input ?? null });
      return result;
    }
    const { limiter } = this.#dialect;
    if (action === "time") return this.#moveTime(new AdminInput(input));
    if (action === "ban") {
      limiter.ban(nowMs, new AdminInput(input).number("seconds") * 1000);
      return { banned: true };
    }
    // Others behind the same address have used so much of its weight in this minute.
    if (action === "crowd")
      return { usedWeight: limiter.crowd(new AdminInput(input).number("weight"), nowMs) };
    if (action === "limits") {
      const given = new AdminInput(input);
      if (given.has("weightPerMinute")) limiter.allow(given.number("weightPerMinute"));
      limiter.clear();
      for (const { dialect } of this.#resolved.others) dialect.limiter.clear();
      return { cleared: true, weightPerMinute: limiter.limits.weightPerMinute };
    }
    throw new AdminInputError(`Unknown admin action ${action}`);
  }

  addFault(rule: FaultRule): ActiveFault {
    return this.#faults.add(rule);
  }

  faults(): ActiveFault[] {
    return this.#faults.list();
  }

  /** Ends one fault, or all; returns how many ended. */
  clearFaults(id?: number): number {
    return this.#faults.clear(id);
  }

  /** The venue's truth: orders, positions, balances, trades, prices, and a hash over the state. */
  dump(): Record<string, unknown> {
    this.advanceTo(this.#options.nowMs());
    return dumpState(this.#engine, this.#options.nowMs());
  }

  hash(): string {
    return stateHash(this.#engine);
  }

  /** Text from which `restore` makes an equal exchange. */
  snapshot(): string {
    return encodeTree(this.#engine.state);
  }

  /** That of the venue whose path it is. */
  #dialectOf(path: string): Dialect {
    return this.#resolved.others.find(({ speaks }) => speaks(path))?.dialect ?? this.#dialect;
  }

  #freshEngine(seed: number, startMs: number): Engine {
    return createEngine({ ...this.#resolved.setup, seed, startMs });
  }

  #proceed(
    request: ExchangeRequest,
    struck: readonly { readonly id: number; readonly effect: FaultEffect }[],
    effects: readonly FaultEffect[],
  ): ExchangeResponse {
    const nowMs = this.#options.nowMs();
    this.advanceTo(nowMs);
    const dialect = this.#dialectOf(request.path);
    const serverNowMs = nowMs + clockSkewMs(effects);
    const early = answerBefore(dialect.faults, effects, serverNowMs);
    if (early !== undefined) return early;
    const { response, committed } = dialect.dispatch({ engine: this.#engine, nowMs, serverNowMs }, request);
    if (committed !== undefined) this.#commit({ kind: "request", atMs: nowMs, ...committed });
    const stale = struck.find((fault) => fault.effect.kind === "stale");
    const answered = { fresh: response, succeeded: dialect.succeeded(response) };
    const seen = stale === undefined ? response : this.#stale.freeze(stale.id, request, answered);
    return alterAfter(dialect.faults, effects, { response: seen, serverNowMs });
  }

  #runAction(action: string, input: unknown, nowMs: number): unknown {
    if (action !== "reset") {
      if (!isEngineAction(action)) throw new AdminInputError(`Unknown admin action ${action}`);
      return runEngineAction(this.#engine, action, input);
    }
    const fields = new AdminInput(input);
    const seed = fields.has("seed") ? fields.number("seed") : this.#options.seed;
    this.#engine = this.#freshEngine(seed, nowMs);
    this.#dialect.limiter.clear();
    return { seed };
  }

  #moveTime(input: AdminInput): unknown {
    const { setNowMs, nowMs } = this.#options;
    if (setNowMs === undefined) {
      throw new AdminInputError(
        "Time can only be moved when the exchange runs with a manual clock (--clock manual)",
      );
    }
    const target = input.has("toMs") ? input.number("toMs") : nowMs() + input.number("advanceMs");
    if (target < nowMs()) throw new AdminInputError("Time cannot run backwards");
    setNowMs(target);
    this.advanceTo(target);
    return { nowMs: target };
  }

  #commit(record: CommitRecord): void {
    this.#committedMs = record.atMs;
    this.#options.onCommit?.(record);
  }

  #replay(record: CommitRecord): void {
    advance(this.#engine, record.atMs);
    if (record.kind === "request")
      this.#dialectOf(record.route.split(" ")[1] ?? "").redo(this.#engine, record);
    else if (record.kind === "admin") this.#runAction(record.action, record.input, record.atMs);
  }
}

/** Makes an exchange: fresh, or going on from `options.restore`. */
export function createExchange(options: ExchangeOptions): Exchange {
  return new Exchange(options);
}
