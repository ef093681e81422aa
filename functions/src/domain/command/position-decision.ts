// Input and result of deciding a command on one position. A refusal is data, and words beside it.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Market, TopOfBook } from "#domain/documents/market.ts";
import { denial } from "#domain/risk/context.ts";

export interface PositionGround {
  readonly control: ControlState;
  readonly config: AccountConfig;
  /** The group that the command names; null when none is open under that id. */
  readonly group: Group | null;
  /** It is open, and a document of it cannot be read. */
  readonly isSetAside: boolean;
  readonly market: Market | null;
  /** Null: the venue gave no price, or none that is young enough. */
  readonly top: TopOfBook | null;
  readonly nowMs: number;
}

/** The same once it is known that the group holds something and on which market. */
export interface HeldGround extends PositionGround {
  readonly group: Group;
  readonly market: Market;
}

export type PositionDecision =
  | { readonly kind: "changed"; readonly group: Group; readonly outcome: string }
  | { readonly kind: "refused"; readonly denial: Denial; readonly outcome: string };

export function changed(group: Group, outcome: string): PositionDecision {
  return { kind: "changed", group, outcome };
}

export function refusedAs(why: Denial, outcome: string): PositionDecision {
  return { kind: "refused", denial: why, outcome };
}

export function halted(outcome: string): PositionDecision {
  return refusedAs(denial("TRADING_HALTED", { limit: "REDUCING", actual: "HALTED", unit: "state" }), outcome);
}
