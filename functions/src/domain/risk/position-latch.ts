// Effect on the trading state of a position that the books do not explain: by config, no entries until an operator has
// looked. Never loosens, and takes the place of a REDUCING that would end by itself.
import type { AccountConfig } from "#domain/documents/config.ts";
import type { ControlState } from "#domain/documents/control.ts";

interface Found {
  readonly actor: string;
  /** The finding in words, for people. */
  readonly reason: string;
}

/** Control after the finding; the same object when nothing changes. */
export function withPositionLatch(
  control: ControlState,
  config: Pick<AccountConfig, "unknownPositionLatchesReducing">,
  { actor, reason }: Found,
  nowMs: number,
): ControlState {
  const { state, cause } = control.tradingState;
  // Those two of its causes may end it without an operator.
  const mayEnd = state === "REDUCING" && (cause === "drawdown" || cause === "dailyLoss");
  const isLooser = state === "ACTIVE" || mayEnd;
  if (!config.unknownPositionLatchesReducing || !isLooser) return control;
  return {
    ...control,
    tradingState: { state: "REDUCING", cause: "position", resumeAtMs: null, actor, reason, atMs: nowMs },
  };
}
