// What a risk check may look at. Everything is an argument; a check neither loads nor changes anything.
import type { AccountConfig } from "../config.ts";
import type { ControlState } from "../control.ts";
import type { Decimal } from "../decimal.ts";
import type { Denial } from "../denial.ts";
import type { Market, TopOfBook } from "../market.ts";
import type { Nav, Peak } from "../nav.ts";
import type { Intent } from "../signal.ts";

/** An entry as it would be sent. */
export interface SizedEntry {
  readonly qtyBase: Decimal;
  readonly notionalUsd: Decimal;
}

/** Null members are documents that are missing or unreadable: every check that needs one must refuse. */
export interface RiskContext {
  readonly nowMs: number;
  readonly intent: Intent;
  readonly control: ControlState;
  readonly config: AccountConfig;
  readonly nav: Nav | null;
  readonly peak: Peak | null;
  readonly market: Market | null;
  readonly mark: TopOfBook | null;
  /** Null when it could not be sized; the reason is another check's denial. */
  readonly entry: SizedEntry | null;
}

export type RiskCheck = (context: RiskContext) => Denial | null;

export function denial(code: Denial["code"], details: Partial<Omit<Denial, "code">> = {}): Denial {
  return { code, limit: null, actual: null, unit: null, subject: null, ...details };
}
