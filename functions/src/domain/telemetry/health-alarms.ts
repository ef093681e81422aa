// Limits on execution health: an alarm begins when a limit is passed and ends well below it, so that a rate which stays near a
// limit is told once. Pure.

import { EXECUTION_ALARMS } from "#domain/documents/words.ts";
import { type AlarmName, type ExecutionHealth, totalOf, WINDOW_MS } from "./execution-health.ts";

const BPS_PER_UNIT = 10_000;

/** Fewer orders an hour make no rate: one refusal of five orders is 20 %, and says nothing about the sixth. */
export const LEAST_ORDERS = 10;

interface Limit {
  /** An alarm begins above this, and ends below `clear`. */
  readonly limit: number;
  readonly clear: number;
}

/**
 * In bps of the window's orders, `resolveMs` in ms. Refusals and doubts are rare while a venue and the config are well: none in
 * the 75 orders of docs/router.md. The brake ErrorBurst acts within minutes on sends that fail in a row; these tell of faults
 * that are too spread for it. One refusal in five orders is a config that does not fit the venue (size, margin, price filter).
 * An answer that is lost for one order in ten is a connection or a venue that is not well, and a closing that needs
 * a second send that often may come too late. A doubt ends by itself once the venue has not shown the order for five minutes
 * (`ABSENT_AFTER_MS`), and a pass of reconcile comes each minute: one that lasts longer has no end in sight.
 */
export const ALARM_LIMITS: Readonly<Record<AlarmName, Limit>> = {
  rejectionBps: { limit: 2_000, clear: 1_000 },
  unknownBps: { limit: 1_000, clear: 500 },
  resendBps: { limit: 1_000, clear: 500 },
  resolveMs: { limit: 360_000, clear: 180_000 },
};

/** Figures of the window, by the alarm that watches them; null: nothing of it happened. */
export type HealthFigures = Readonly<Record<AlarmName, number | null>>;

/** A doubt that lasts counts with its age. */
export function figuresOf(health: ExecutionHealth, nowMs: number): HealthFigures {
  const { orders, rejections, unknowns, resends, resolved, longestResolveMs } = totalOf(health);
  const rate = (count: number) => (orders === 0 ? null : Math.round((count * BPS_PER_UNIT) / orders));
  const ages = Object.values(health.doubtedSinceMs).map((sinceMs) => Math.max(0, nowMs - sinceMs));
  const hasDoubt = ages.length > 0 || resolved > 0;
  return {
    rejectionBps: rate(rejections),
    unknownBps: rate(unknowns),
    resendBps: rate(resends),
    resolveMs: hasDoubt ? Math.max(longestResolveMs, ...ages) : null,
  };
}

export interface AlarmNews {
  readonly name: AlarmName;
  readonly sinceMs: number;
  readonly figure: number | null;
  readonly has: "begun" | "ended";
}

/** The health with the alarms of now, and which of them are new or over. */
export function judged(
  health: ExecutionHealth,
  nowMs: number,
): { readonly health: ExecutionHealth; readonly news: readonly AlarmNews[] } {
  const figures = figuresOf(health, nowMs);
  const hasOrders = totalOf(health).orders >= LEAST_ORDERS;
  const news = EXECUTION_ALARMS.flatMap((name): readonly AlarmNews[] => {
    const sinceMs = health.alarms[name];
    const figure = figures[name];
    const { limit, clear } = ALARM_LIMITS[name];
    const isJudged = hasOrders || name === "resolveMs";
    if (sinceMs === undefined)
      return isJudged && figure !== null && figure > limit
        ? [{ name, sinceMs: nowMs, figure, has: "begun" }]
        : [];
    return figure === null || figure < clear ? [{ name, sinceMs, figure, has: "ended" }] : [];
  });
  if (news.length === 0) return { health, news };
  const ended = new Set(news.flatMap(({ name, has }) => (has === "ended" ? [name] : [])));
  const kept = Object.entries(health.alarms).filter(([name]) => !ended.has(name as AlarmName));
  const begun = news.flatMap(({ name, sinceMs, has }) => (has === "begun" ? [[name, sinceMs] as const] : []));
  return { health: { ...health, alarms: Object.fromEntries([...kept, ...begun]) }, news };
}

/** Whether time alone may change it: a window that slides, or a doubt that ages. */
export function isMoving({ alarms, doubtedSinceMs }: ExecutionHealth): boolean {
  return Object.keys(alarms).length + Object.keys(doubtedSinceMs).length > 0;
}

/** The window in words of an alert. */
export const WINDOW_MINUTES = WINDOW_MS / 60_000;
