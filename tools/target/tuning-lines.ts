// How the router is tuned, as lines: what stands for each symbol and why, what shadow would have cost, and what moved. Pure.

import { dec } from "#domain/decimal.ts";
import type { AutotuneConfig } from "#domain/documents/route.ts";
import type {
  ChoiceEvidence,
  EntryChoice,
  StandingChoice,
  Tuning,
  TuningEvent,
} from "#domain/documents/tuning.ts";
import type { ShadowSums } from "#domain/telemetry/choice-evidence.ts";
import type { RouterTelemetry } from "#domain/telemetry/router-telemetry.ts";

const BPS_PER_PERCENT = 100;

/** `config` is null where it is not known: nothing is said of what is in force then. */
export function tuningLines(
  tuning: Tuning | null,
  router: RouterTelemetry | null,
  config: AutotuneConfig | null,
): readonly string[] {
  const mode = config === null ? "not known" : config.mode;
  const symbols = tuning?.symbols ?? [];
  const standing = symbols.flatMap(({ symbol, proposed, inForce }) => {
    const shadow = router?.evidence.find((each) => each.symbol === symbol)?.shadow ?? null;
    return [
      ...standingLines(symbol, config?.mode === "on" ? "in force" : "not in force", inForce),
      ...standingLines(symbol, "proposed", proposed),
      ...(proposed === null ? [] : [shadowLine(symbol, proposed.choice, shadow)]),
    ];
  });
  return [
    `Autotune is ${mode}`,
    ...(standing.length === 0 ? ["No other way to begin entries has proved cheaper"] : standing),
  ];
}

/** The newest first. */
export function tuningHistoryLines(tuning: Tuning | null): readonly string[] {
  return (tuning?.history ?? []).toReversed().map(eventLine);
}

function standingLines(symbol: string, how: string, standing: StandingChoice | null): readonly string[] {
  if (standing === null) return [];
  const { choice, evidence, sinceMs } = standing;
  return [`${symbol}: ${choiceText(choice)}, ${how} since ${utc(sinceMs)}: ${evidenceText(evidence)}`];
}

function eventLine({ symbol, atMs, kind, from, to, evidence }: TuningEvent): string {
  return `${utc(atMs)} ${symbol} ${kind}: ${choiceText(to)}, from ${choiceText(from)}: ${evidenceText(evidence)}`;
}

function choiceText({ firstStep, offsetTicks }: EntryChoice): string {
  if (firstStep === "market") return "take at once";
  if (offsetTicks === 0) return "rest at the touch";
  return `rest ${offsetTicks} tick${offsetTicks === 1 ? "" : "s"} inside`;
}

const SOURCES: Readonly<Record<ChoiceEvidence["source"], (entries: number) => string>> = {
  measured: (entries) => `of ${entries} entries`,
  replayed: (entries) => `of ${entries} entries replayed`,
  reckoned: () => "reckoned from these",
};

function evidenceText({ present, other, source, filledBps, restedBps }: ChoiceEvidence): string {
  const percent = (bps: number) => `${(bps / BPS_PER_PERCENT).toFixed(0)} %`;
  return [
    `${present.entries} entries cost ${present.costBps} bps ± ${present.halfWidthBps}`,
    `${percent(filledBps)} filled, ${percent(restedBps)} by resting`,
    `against ${other.costBps} ± ${other.halfWidthBps} ${SOURCES[source](other.entries)}`,
  ].join(", ");
}

/** Only the way to begin can be replayed; of a tick more or less no past entry tells. */
function shadowLine(symbol: string, { firstStep }: EntryChoice, shadow: ShadowSums | null): string {
  if (shadow === null || shadow.entries === 0)
    return `${symbol}: in shadow ${firstStep === "market" ? "no entry yet" : "nothing that can be replayed yet"}`;
  const mean = (sum: string) => dec(sum).div(shadow.entries).toFixed(2);
  return `${symbol}: in shadow ${shadow.entries} entries cost ${mean(shadow.actual)} bps, and would have cost ${mean(shadow.wouldBe)}`;
}

function utc(atMs: number): string {
  return new Date(atMs).toISOString();
}
