// The result of checks as a table for a terminal, with the first findings of each kind below it.
import { type CheckResult, type Finding, isSound } from "./check.ts";

/** Findings of one kind that are shown: they mostly have one cause. */
const SHOWN_FINDINGS = 2;

export function checkTable(results: readonly CheckResult[]): string {
  const header = ["strategy", "answers", "actions in them", "look-ahead", "warm-up", "errors", ""];
  const rows = results.map((result) => [
    result.id,
    String(result.answers),
    [...result.actions].map(([kind, count]) => `${count} ${kind}`).join(", ") || "none: nothing was compared",
    verdict(result.lookAhead),
    verdict(result.warmUp),
    result.faults.length === 0 ? "ok" : String(result.faults.length),
    isSound(result) ? "sound" : "NOT SOUND",
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((cells) => cells[column]?.length ?? 0)),
  );
  const lines = [header, ...rows].map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, ...results.flatMap(details)].join("\n");
}

function verdict(findings: readonly Finding[]): string {
  return findings.length === 0 ? "ok" : `${findings.length} differ`;
}

function details({ id, lookAhead, warmUp, faults }: CheckResult): readonly string[] {
  const told = [
    ["looks ahead, or remembers", lookAhead],
    ["warms up too short", warmUp],
    ["cannot be asked", faults],
  ] as const;
  return told.flatMap(([what, findings]) => {
    if (findings.length === 0) return [];
    const shown = findings
      .slice(0, SHOWN_FINDINGS)
      .map(
        ({ market, atMs, stance, message }) =>
          `  ${new Date(atMs).toISOString()}, market ${market}, ${stance}: ${message}`,
      );
    const more = findings.length - shown.length;
    return ["", `${id} ${what}:`, ...shown, ...(more > 0 ? [`  … and ${more} more`] : [])];
  });
}
