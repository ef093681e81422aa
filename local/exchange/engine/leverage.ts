// Sets a symbol's leverage: refused with maxPosition when the position has outgrown it, and with leverageTooLow when the margin
// would not cover it. Which values exist at all is the dialect's to say.
import { refuse } from "../codes.ts";
import { absE8, E8 } from "./decimal.ts";
import { type Engine, positionOf } from "./engine.ts";
import { accountMargin, maxNotionalUsd, positionMargin } from "./margin.ts";
import type { Account } from "./state.ts";
import type { SymbolSpec } from "./symbols.ts";

export function setLeverage(engine: Engine, account: Account, spec: SymbolSpec, leverage: number): void {
  const position = positionOf(account, spec.symbol);
  const previous = position.leverage;
  position.leverage = leverage;
  const overdrawn = leverage < previous && accountMargin(engine, account).freeUsdE8 < 0n;
  const notional = absE8(positionMargin(engine, account, spec.symbol).notionalUsdE8);
  const tooLarge = notional > BigInt(maxNotionalUsd(spec, leverage)) * E8;
  if (overdrawn || tooLarge) {
    position.leverage = previous;
    throw refuse(overdrawn ? "leverageTooLow" : "maxPosition");
  }
  engine.revision += 1;
}
