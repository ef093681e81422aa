// One scenario of the catalogue: what was there before, what happens, and for how long port calls count.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { PortCall } from "../ports/gate.ts";
import type { Stage } from "./stage.ts";

export interface Scenario {
  /** A phrase that says what happens. */
  readonly name: string;
  readonly config?: Partial<AccountConfig>;
  /** Minute of five in which the run begins. */
  readonly startMinute?: number;
  /** Events before the trial, free of strikes. */
  readonly before?: (stage: Stage) => Promise<void>;
  /** Sets the trial going. */
  readonly trial: (stage: Stage) => Promise<void> | void;
  readonly trialMs?: number;
  /** An operator's repair before healing. */
  readonly mend?: (stage: Stage) => Promise<void> | void;
  /**
   * Parts of the end that a strike may change although the program is right, and why: `receipts`, `orders`, `groups`,
   * `alerts`, `others` (trading state, config version). Everything else must end as it does without a strike.
   */
  readonly mayDiffer?: Readonly<
    Partial<Record<"receipts" | "orders" | "groups" | "alerts" | "others", string>>
  >;
}

export function isNewOrder({ operation }: PortCall): boolean {
  return operation === "POST /fapi/v1/order";
}

/** Long enough for a redelivery, a lease that runs out, a takeover, and two confirmations of absence. */
export const DEFAULT_TRIAL_MS = 75_000;
