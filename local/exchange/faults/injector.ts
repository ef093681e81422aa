// Decides which fault, if any, strikes a request. Seeded, so that a run can be repeated. Faults live in
// memory only: a restarted exchange is a healthy one.
import { nextUniform, type RandomState, seedRandom } from "@ballast/local-serving/random.ts";
import type { ActiveFault, FaultEffect, FaultRule } from "./fault.ts";

/** What a request is matched on. */
interface FaultTarget {
  readonly method: string;
  readonly path: string;
  readonly symbol: string | undefined;
}

interface Entry {
  readonly id: number;
  readonly rule: FaultRule;
  readonly method: RegExp | undefined;
  readonly path: RegExp | undefined;
  strikes: number;
}

const FAULT_PURPOSE = 97;
/** A forgotten rule generator must not grow without end. */
const MAX_RULES = 200;

const compile = (pattern: string | undefined): RegExp | undefined =>
  pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);

export class FaultInjector {
  readonly #random: RandomState;
  #entries: Entry[] = [];
  #nextId = 1;

  constructor(seed: number) {
    this.#random = seedRandom(seed, FAULT_PURPOSE);
  }

  /** Puts a rule in force. Patterns match the whole method or path. */
  add(rule: FaultRule): ActiveFault {
    if (this.#entries.length >= MAX_RULES)
      throw new Error(`${MAX_RULES} faults are in force already; clear some first`);
    const entry: Entry = {
      id: this.#nextId++,
      rule,
      method: compile(rule.match?.method),
      path: compile(rule.match?.path),
      strikes: 0,
    };
    this.#entries.push(entry);
    return describe(entry);
  }

  list(): ActiveFault[] {
    return this.#entries.map(describe);
  }

  /** Ends one rule, or all of them. Returns how many ended. */
  clear(id: number | undefined): number {
    const kept = id === undefined ? [] : this.#entries.filter((entry) => entry.id !== id);
    const ended = this.#entries.length - kept.length;
    this.#entries = kept;
    return ended;
  }

  /** The effects that strike this request, in the order the rules were added; counts them as struck. */
  strike(target: FaultTarget): { readonly id: number; readonly effect: FaultEffect }[] {
    const struck: { readonly id: number; readonly effect: FaultEffect }[] = [];
    for (const entry of this.#entries) {
      if (!matches(entry, target)) continue;
      const { probability } = entry.rule;
      if (probability !== undefined && nextUniform(this.#random) >= probability) continue;
      entry.strikes += 1;
      struck.push({ id: entry.id, effect: entry.rule.effect });
    }
    this.#entries = this.#entries.filter(
      (entry) => entry.rule.count === undefined || entry.strikes < entry.rule.count,
    );
    return struck;
  }
}

function matches(entry: Entry, target: FaultTarget): boolean {
  if (entry.method !== undefined && !entry.method.test(target.method)) return false;
  if (entry.path !== undefined && !entry.path.test(target.path)) return false;
  const symbol = entry.rule.match?.symbol;
  return symbol === undefined || symbol === target.symbol;
}

function describe(entry: Entry): ActiveFault {
  const { count } = entry.rule;
  return {
    ...entry.rule,
    id: entry.id,
    strikes: entry.strikes,
    remaining: count === undefined ? null : count - entry.strikes,
  };
}
