// The policy of a sweep: counts the port calls of a trial, strikes one of them, and leaves all others as a scenario
// scripted them. The same scenario up to the same call is the same run.
import type { PortCall } from "../ports/gate.ts";
import { quietPolicy, type SimPolicy, type SimVerdict } from "../ports/policy.ts";
import { type SweepFault, verdictOf } from "./faults.ts";
import { sourcesOfCaller } from "./sources.ts";

/** One port call of a trial. */
export interface Site {
  /** `executor documents commit ORDER_STORED` */
  readonly name: string;
  readonly call: Pick<PortCall, "port" | "operation" | "canArriveTwice">;
}

export interface Strike {
  /** Which call of the trial, from 0. */
  readonly number: number;
  readonly fault: SweepFault;
  /** Name of that call: another one there would mean that runs are not repeatable. */
  readonly site: string;
}

/** A scenario's own disturbance of the next `count` calls that match. */
export interface Script {
  readonly matches: (call: PortCall) => boolean;
  readonly verdict?: Partial<SimVerdict>;
  /** Another event at that moment. */
  readonly meanwhile?: () => void;
  count: number;
}

export class StrikePolicy implements SimPolicy {
  /** Calls count, and are struck, only while this is set. */
  isTrial = false;
  readonly sites: Site[] = [];
  readonly scripts: Script[] = [];
  readonly #strikes: readonly Strike[];
  /** Collects the source locations of the calls, where they are wanted. */
  readonly #sources: Set<string> | null;
  /** Repeats the delivery that started the calling process; set by the stage, which knows it. */
  deliverAgain: (call: PortCall) => void = () => undefined;

  constructor(strikes: readonly Strike[], sources: Set<string> | null) {
    this.#strikes = strikes;
    this.#sources = sources;
  }

  decide(call: PortCall): SimVerdict {
    const usual = this.#scripted(call);
    if (!this.isTrial) return usual;
    if (this.#sources !== null) for (const source of sourcesOfCaller()) this.#sources.add(source);
    const number = this.sites.length;
    const { port, operation, subject, process, canArriveTwice } = call;
    const name = `${process.kind} ${port} ${operation} ${subject}`.trim();
    this.sites.push({ name, call: { port, operation, canArriveTwice } });
    const strike = this.#strikes.find((each) => each.number === number);
    if (strike === undefined) return usual;
    const { fault } = strike;
    if (fault === "again" || fault === "overtaken") this.deliverAgain(call);
    return verdictOf(fault, usual);
  }

  #scripted(call: PortCall): SimVerdict {
    const usual = quietPolicy.decide(call);
    const script = this.scripts.find(({ count, matches }) => count > 0 && matches(call));
    if (script === undefined) return usual;
    script.count -= 1;
    script.meanwhile?.();
    return { ...usual, ...script.verdict };
  }
}
