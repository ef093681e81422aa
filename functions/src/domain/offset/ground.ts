// Everything that an offset is decided on, and what of the account itself speaks against one. A member that could not be had
// is missing here, and counts against it. Pure.

import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";
import type { Group } from "#domain/documents/group.ts";
import type { Market, Touch } from "#domain/documents/market.ts";
import type { Nav } from "#domain/documents/nav.ts";
import type { OffsetRefusal } from "#domain/documents/offset.ts";
import type { VerdictKind } from "#domain/watchdog/view.ts";

/** The entry orders of a group that filled, wholly or in part. */
export interface EntryFacts {
  readonly count: number;
  /** Null: none filled. */
  readonly lastAtMs: number | null;
  /** Entries that alerts may add, by the plan that the position was opened with; null: that plan sets no limit, or there is none. */
  readonly maxPyramids: number | null;
}

/** The account as it is told to people: an alarm that waits for a person forbids every plan. */
export interface Alarms {
  /** Code of a critical alert that is not acknowledged; null: there is none. */
  readonly alertCode: string | null;
  /** The watchdog's last look; null: none is known. */
  readonly watchdog: { readonly verdict: VerdictKind; readonly lookedAtMs: number } | null;
}

export interface OffsetGround {
  readonly control: ControlState;
  readonly config: AccountConfig;
  readonly nav: Nav | null;
  /** Those that have not ended and can be read; for a plan that is carried out, its ended ones besides. */
  readonly groups: Readonly<Record<string, Group>>;
  readonly markets: Readonly<Record<string, Market>>;
  /** By symbol. */
  readonly touches: Readonly<Record<string, Touch>>;
  /** By group; one that is missing was not read. `assumed`: only prices are asked about. */
  readonly entries: Readonly<Record<string, EntryFacts>> | "assumed";
  /** `assumed`: only prices are asked about. */
  readonly alarms: Alarms | "assumed";
  readonly nowMs: number;
}

/** Three of the watchdog's longest distances between two looks at something held (schemas/config.ts). */
export const WATCHDOG_SEEN_MS = 180_000;

export function refusal(
  code: OffsetRefusal["code"],
  figures: Partial<Omit<OffsetRefusal, "code">> = {},
): OffsetRefusal {
  return { code, limit: null, actual: null, unit: null, groupId: null, ...figures };
}

/** Of the account as a whole; with any of these nothing is planned, and a plan that is under way waits. */
export function refusalsOfAccount(ground: OffsetGround): readonly OffsetRefusal[] {
  const { control, nowMs } = ground;
  const { state } = control.tradingState;
  const bannedForMs = control.throttles.venueBannedUntilMs - nowMs;
  return [
    // REDUCING is latched because something about the account is in doubt: positions are left to their own exits then.
    ...(state === "ACTIVE"
      ? []
      : [refusal("TRADING_STATE_NOT_ACTIVE", { limit: "ACTIVE", actual: state, unit: "state" })]),
    ...(control.flatten === null ? [] : [refusal("FLATTEN_UNDER_WAY")]),
    ...(bannedForMs <= 0 ? [] : [refusal("VENUE_BANNED", { actual: String(bannedForMs), unit: "ms" })]),
    ...refusalsOfNav(ground),
    ...refusalsOfAlarms(ground),
  ];
}

function refusalsOfNav({ nav, config, nowMs }: OffsetGround): readonly OffsetRefusal[] {
  if (nav === null || nav.navUsd === null || nav.asOfMs === null) return [refusal("NAV_MISSING")];
  const ageMs = nowMs - nav.asOfMs;
  if (ageMs <= config.maxNavAgeMs && !nav.stale) return [];
  return [refusal("NAV_STALE", { limit: String(config.maxNavAgeMs), actual: String(ageMs), unit: "ms" })];
}

function refusalsOfAlarms({ alarms, nowMs }: OffsetGround): readonly OffsetRefusal[] {
  if (alarms === "assumed") return [];
  const { alertCode, watchdog } = alarms;
  const ageMs = watchdog === null ? null : nowMs - watchdog.lookedAtMs;
  const isSeen = ageMs !== null && ageMs <= WATCHDOG_SEEN_MS;
  return [
    ...(alertCode === null ? [] : [refusal("ALERT_OPEN", { actual: alertCode, unit: "code" })]),
    ...(isSeen
      ? []
      : [
          refusal("WATCHDOG_UNSEEN", {
            limit: String(WATCHDOG_SEEN_MS),
            actual: ageMs === null ? null : String(ageMs),
            unit: "ms",
          }),
        ]),
    ...(watchdog === null || watchdog.verdict === "none"
      ? []
      : [refusal("WATCHDOG_ALARM", { actual: watchdog.verdict, unit: "code" })]),
  ];
}
