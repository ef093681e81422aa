// When the books of a symbol last changed: its slot, its dust, or what its live orders may still do. A NAV that was asked for
// before cannot be held against them. Pure; kept by the one place that commits books.
import type { ControlState } from "#domain/documents/control.ts";
import { slotsIn } from "./by-symbol.ts";

/** Far longer than a NAV is believed by default (maxNavAgeMs, 3 min); an older NAV is held against no books. */
export const KEPT_CHANGE_MS = 600_000;

/** `after` with the change times of the symbols in which it differs from `before`; long past ones are dropped. */
export function withSymbolChanges(before: ControlState, after: ControlState, nowMs: number): ControlState {
  const changed = changedSymbols(before, after);
  const known = Object.entries(after.symbolChangedAtMs);
  const kept = known.filter(([, atMs]) => nowMs - atMs <= KEPT_CHANGE_MS);
  if (changed.size === 0 && kept.length === known.length) return after;
  const now = [...changed].map((symbol) => [symbol, nowMs] as const);
  return { ...after, symbolChangedAtMs: Object.fromEntries([...kept, ...now]) };
}

/** The last known change of the symbol; 0 when none is remembered. */
export function symbolChangedAtMs(control: ControlState, symbol: string): number {
  const sinceMs = slotsIn(control, symbol).map(({ slot }) => slot.sinceMs);
  return Math.max(0, control.symbolChangedAtMs[symbol] ?? 0, ...sinceMs);
}

function changedSymbols(before: ControlState, after: ControlState): ReadonlySet<string> {
  return new Set([
    ...differing(before.slots, after.slots),
    ...differing(before.reservations, after.reservations),
    ...differing(bySymbol(before.dust), bySymbol(after.dust)),
  ]);
}

function bySymbol(dust: ControlState["dust"]): Entries {
  const each = Object.entries(dust).map(([symbol, qtyBase]) => [symbol, { symbol, qtyBase }] as const);
  return Object.fromEntries(each);
}

type Entries = Readonly<Record<string, { readonly symbol: string; readonly qtyBase: string }>>;

function differing(before: Entries, after: Entries): readonly string[] {
  const ids = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...ids].flatMap((id) => {
    const [was, is] = [before[id], after[id]];
    if (was?.qtyBase === is?.qtyBase) return [];
    return [was?.symbol, is?.symbol].filter((symbol) => symbol !== undefined);
  });
}
