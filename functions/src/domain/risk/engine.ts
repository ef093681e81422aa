// The risk engine: one config version and one snapshot of an account's state, and every question that a decision, a
// tool or the screen may ask of them. Pure, and free of anything that a browser lacks: the dashboard runs this module.

import { type DecimalString, decimalString } from "#domain/decimal.ts";
import type { DrawdownGrade } from "#domain/documents/control.ts";
import type { Denial } from "#domain/documents/denial.ts";
import type { Group } from "#domain/documents/group.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import { checkEntry } from "./check-entry.ts";
import { checkReduction } from "./check-reduction.ts";
import type { RiskRequest, RiskState } from "./context.ts";
import { type ActiveCooldown, activeCooldowns } from "./cooldowns.ts";
import { type GradeThreshold, gradeThresholds, reachedGrade } from "./drawdown.ts";
import { leverageOf, totalsOf } from "./exposure.ts";
import { allValued, holdingsOf } from "./holdings.ts";
import { type LimitUse, limitUses } from "./limits.ts";
import { checkReduceOnly } from "./reduce-only.ts";

export type { RiskRequest, RiskState } from "./context.ts";
export type { ActiveCooldown } from "./cooldowns.ts";
export type { GradeThreshold } from "./drawdown.ts";
export type { LimitUse } from "./limits.ts";

/** Exposure held and on its way, at the marks of the NAV: longs, shorts, their sum and difference. */
export interface Exposure {
  readonly longUsd: DecimalString;
  readonly shortUsd: DecimalString;
  readonly grossUsd: DecimalString;
  /** Longs less shorts. */
  readonly netUsd: DecimalString;
  /** Gross over NAV; null without a NAV above zero. */
  readonly leverage: DecimalString | null;
}

export interface Drawdown {
  /** Null without a peak. */
  readonly drawdownBps: number | null;
  /** Latched by the NAV schedule, with hysteresis; and what the thresholds alone say now. */
  readonly latchedGrade: DrawdownGrade;
  readonly reachedGrade: DrawdownGrade;
  /** The grades that are configured, mildest first. */
  readonly thresholds: readonly GradeThreshold[];
}

export interface RiskEngine {
  /** Last good NAV; null when there is none. Its age is the caller's to show. */
  navUsd(): DecimalString | null;
  /** Null when a held symbol has no price. */
  exposure(): Exposure | null;
  limits(): readonly LimitUse[];
  /** Brakes that are on, longest first. */
  cooldowns(): readonly ActiveCooldown[];
  drawdown(): Drawdown;
  /** Every reason to refuse the entry; empty means that it may be sent. */
  checkEntry(request: RiskRequest): readonly Denial[];
  /** Every reason to refuse the reduction; `group` is the open group of the symbol, if there is one. */
  checkReduction(request: RiskRequest, group: Group | null): readonly Denial[];
  /** The last gate of a reduction, on the order itself: right side, and at most what is held and free. */
  checkReduceOnly(order: OrderRequest, group: Group): readonly Denial[];
}

export function riskEngine(state: RiskState): RiskEngine {
  return {
    navUsd: () => state.nav?.navUsd ?? null,
    exposure: () => exposureOf(state),
    limits: () => limitUses(state),
    cooldowns: () => activeCooldowns(state.control, state.nowMs),
    drawdown: () => drawdownOf(state),
    checkEntry: (request) => checkEntry({ ...state, ...request }),
    checkReduction: (request, group) => checkReduction({ ...state, ...request }, group),
    checkReduceOnly: (order, group) => checkReduceOnly(state.control, group, order),
  };
}

function exposureOf(state: RiskState): Exposure | null {
  const holdings = allValued(holdingsOf(state));
  if (holdings === null) return null;
  const { longUsd, shortUsd } = totalsOf(holdings);
  const grossUsd = longUsd.plus(shortUsd);
  const leverage = leverageOf(grossUsd, state.nav);
  return {
    longUsd: decimalString(longUsd),
    shortUsd: decimalString(shortUsd),
    grossUsd: decimalString(grossUsd),
    netUsd: decimalString(longUsd.minus(shortUsd)),
    leverage: leverage === null ? null : decimalString(leverage),
  };
}

function drawdownOf({ config, control, peak }: RiskState): Drawdown {
  return {
    drawdownBps: peak?.drawdownBps ?? null,
    latchedGrade: control.drawdownGrade,
    reachedGrade: peak === null ? "NONE" : reachedGrade(peak.drawdownBps, config.drawdown),
    thresholds: gradeThresholds(config.drawdown),
  };
}
