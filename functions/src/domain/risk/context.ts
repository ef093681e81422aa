// Everything that a risk check may look at, as arguments; a check must neither load nor change.

import type { Decimal } from "#domain/decimal.ts";
import type { FittedTo } from "#domain/documents/basis.ts";
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Market } from "#domain/documents/market.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import type { QueuedEntry } from "#domain/documents/queue.ts";
import type { Intent } from "#domain/documents/signal.ts";
import type { VenueSettings } from "#domain/documents/venue-settings.ts";
import type { Ladder } from "./entry-ladder.ts";
import type { TouchAnswer } from "./touch-answer.ts";

/** An entry as it would be sent. */
export interface SizedEntry {
  readonly qtyBase: Decimal;
  /** At the worst price that it may get: what caps are held against. */
  readonly notionalUsd: Decimal;
  /** At the lowest price at which the venue may value it: what its minimum is held against. */
  readonly leastNotionalUsd: Decimal;
  /** The worst and the lowest of these prices. */
  readonly priceUsd: Decimal;
  readonly lowestPriceUsd: Decimal;
  /** The cap that it was made smaller for. */
  readonly fitted: FittedTo | null;
  /** The safety entries that it brings along: caps are held against all of them with it. Null: none. */
  readonly ladder: Ladder | null;
}

/** Of the entry with everything that is planned after it. */
export function wholeNotionalUsd({ notionalUsd, ladder }: SizedEntry): Decimal {
  return ladder === null ? notionalUsd : notionalUsd.plus(ladder.notionalUsd);
}

/** The account as it is now. Null members are documents that are missing or unreadable: what needs one must refuse. */
export interface RiskState {
  readonly nowMs: number;
  readonly control: ControlState;
  readonly config: AccountConfig;
  readonly nav: Nav | null;
  readonly peak: Peak | null;
}

/** The request under check. */
export interface RiskRequest {
  readonly intent: Intent;
  readonly market: Market | null;
  /** The venue's word when it was asked for this decision. */
  readonly touch: TouchAnswer;
  /** How the account is set at the venue; null: not known. */
  readonly venueSettings: VenueSettings | null;
  /** Null when it could not be sized (the reason is another check's denial), and for a reduction. */
  readonly entry: SizedEntry | null;
  /** Its place in the queue, where it waited for one of the pool; null for every other. */
  readonly queued: QueuedEntry | null;
}

export type RiskContext = RiskState & RiskRequest;

/** Every reason to refuse that the check knows; null or empty when it has none. */
export type RiskCheck = (context: RiskContext) => Denial | readonly Denial[] | null;

export function denial(code: Denial["code"], details: Partial<Omit<Denial, "code">> = {}): Denial {
  return { code, limit: null, actual: null, unit: null, subject: null, ...details };
}
