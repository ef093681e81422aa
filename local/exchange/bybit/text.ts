// Numbers as Bybit writes them: prices and quantities with the contract's places, money and rates without trailing zeros.
import { formatTrimmedE8 } from "../engine/decimal.ts";
import type { Side } from "../engine/state.ts";

const PPM_TO_E8 = 100n;

export const moneyText = formatTrimmedE8;
export const rateText = (rateE8: number): string => formatTrimmedE8(BigInt(rateE8));
export const ppmText = (ppm: number): string => formatTrimmedE8(BigInt(ppm) * PPM_TO_E8);
export const timeText = (ms: number): string => String(ms);
export const sideText = (side: Side): "Buy" | "Sell" => (side === "BUY" ? "Buy" : "Sell");
