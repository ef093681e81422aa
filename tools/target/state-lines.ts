// An account's state as lines: trading state, brakes, session, NAV and peak with their ages, waiting work.
// Pure; an unknown value is called unknown.
import type { ControlState } from "#domain/documents/control.ts";
import type { Nav, Peak } from "#domain/documents/nav.ts";
import { riskEngine } from "#domain/risk/engine.ts";
import type { AccountRead } from "./read-account.ts";

export function stateLines(account: AccountRead, nowMs: number): readonly string[] {
  const { accountId, profile, control, config, nav, peak, openAlerts, faults } = account;
  const brakes =
    control === null || config === null
      ? ["brakes: unknown"]
      : brakeLines(riskEngine({ config, control, nav, peak, nowMs }));
  return [
    `account ${accountId}: ${profile === null ? "unknown" : `${profile.name}, ${profile.mode}, ${profile.venue}`}`,
    ...(control === null ? ["trading state: unknown, so nothing is traded"] : controlLines(control, nowMs)),
    ...brakes,
    `nav: ${navText(nav, nowMs)}`,
    `peak: ${peakText(peak, nowMs)}`,
    `config version: ${config?.version ?? "unknown"}`,
    ...openAlerts.map(
      ({ alertId, severity, code, message }) => `alert ${alertId} ${severity} ${code}: ${message}`,
    ),
    ...faults.map((fault) => `fault: ${fault}`),
  ];
}

function controlLines(control: ControlState, nowMs: number): readonly string[] {
  const { tradingState: latch, session, flatten, lease, inbox, commands, slots } = control;
  const end = latch.resumeAtMs === null ? "until an operator ends it" : `until ${utc(latch.resumeAtMs)}`;
  const holder = lease.holderId === null || lease.expiresAtMs <= nowMs ? "free" : lease.holderId;
  return [
    `trading state: ${latch.state} (${latch.cause}) by ${latch.actor} ${ago(latch.atMs, nowMs)}: ${latch.reason}; ${end}`,
    `drawdown grade: ${control.drawdownGrade}`,
    `session: ${session === null ? "none" : `since ${utc(session.startedAtMs)} by ${session.startedBy}, horizon ${session.horizonAtMs === null ? "none" : utc(session.horizonAtMs)}, stop-loss ${session.stopLossNavUsd ?? "none"}`}`,
    `flatten: ${flatten === null ? "none" : `ordered ${ago(flatten.orderedAtMs, nowMs)} by ${flatten.orderedBy}: ${flatten.reason}`}`,
    `open groups: ${Object.keys(slots).length}; lease: ${holder}; journal entry ${control.journalSeq}`,
    `waiting: ${inbox.storedCount - inbox.takenCount} intents, ${commands.storedCount - commands.takenCount} commands`,
  ];
}

function brakeLines(engine: ReturnType<typeof riskEngine>): readonly string[] {
  const cooldowns = engine.cooldowns();
  if (cooldowns.length === 0) return ["brakes: none"];
  return cooldowns.map(
    ({ code, symbol, side, untilMs, remainingMs, reason }) =>
      `brake ${code} on ${symbol ?? "everything"}${side === null ? "" : ` ${side}`} until ${utc(untilMs)} (${seconds(remainingMs)} left)${reason === null ? "" : `: ${reason}`}`,
  );
}

function navText(nav: Nav | null, nowMs: number): string {
  if (nav === null || nav.navUsd === null || nav.asOfMs === null) return "unknown, so no entries";
  const failed = Object.entries(nav.sources).filter(([, source]) => !source.ok);
  const faults = failed.map(([name, { error }]) => `${name}: ${error ?? "no answer"}`).join("; ");
  const bound = nav.bound === null ? "" : `, at least ${nav.bound.usd} USD ${ago(nav.bound.atMs, nowMs)}`;
  return `${nav.navUsd} USD, ${ago(nav.asOfMs, nowMs)}${nav.stale ? `, STALE (${faults})${bound}` : ""}${partsText(nav)}`;
}

/** Parts that are not at a price of now. */
function partsText({ bound }: Nav): string {
  if (bound === null) return "";
  const coins = bound.coins.filter(({ counts }) => counts !== "now");
  const parts = [
    ...bound.venueValued.map((symbol) => `${symbol} at the venue's mark`),
    ...coins.map(
      ({ asset, counts }) => `${asset} ${counts === "nothing" ? "not counted" : "at its last price"}`,
    ),
  ];
  return parts.length === 0 ? "" : `, partly valued (${parts.join(", ")})`;
}

function peakText(peak: Peak | null, nowMs: number): string {
  if (peak === null) return "unknown, so no entries";
  return `${peak.peakUsd} USD of ${utc(peak.peakAtMs)}, drawdown ${peak.drawdownBps} bps, baseline ${peak.baselineId}, checked ${ago(peak.asOfMs, nowMs)}`;
}

function utc(atMs: number): string {
  return new Date(atMs).toISOString();
}

function ago(atMs: number, nowMs: number): string {
  return `${seconds(nowMs - atMs)} ago`;
}

function seconds(durationMs: number): string {
  return `${Math.round(durationMs / 1_000)} s`;
}
