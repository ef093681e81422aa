// How much a signal moves, and the price it names: size of an entry, share of a reduction. An entry with two sizes is
// refused, and so is one with a share or with a size whose unit it does not say.
import { type DecimalString, dec } from "#domain/decimal.ts";
import type { IntentSize } from "#domain/documents/signal.ts";
import { agreedBps } from "./agreed-bps.ts";
import { isTurned } from "./exit.ts";
import { SignalFault } from "./fault.ts";
import { SIZE_UNIT_REMEDY } from "./field-names.ts";
import type { DecidingFields, PositionChange, SignalMeaning } from "./meaning.ts";
import { statedTarget } from "./stated-target.ts";

/** TradingView fills in zero where it lacks a price; a zero could not guard anything. */
export function priceOf({ priceUsd, strategyOrderPrice, close }: DecidingFields): DecimalString | null {
  return [priceUsd, strategyOrderPrice, close].find((each) => each !== undefined && dec(each).gt(0)) ?? null;
}

/** Size of an entry, share of a reduction. A close takes everything: sizes and shares in a shared template are not read. */
export function amountOf(
  fields: DecidingFields,
  change: PositionChange,
): Pick<SignalMeaning, "size" | "reduceBps"> {
  if (change.action === "close") return { size: { kind: "strategyDefault" }, reduceBps: null };
  const share = shareOf(fields);
  if (change.action === "open") {
    if (share !== null)
      throw new SignalFault(
        "AMBIGUOUS_SIGNAL",
        [`reduceBps or reducePct is there, but the action is ${change.action}`],
        "Send action reduce, or leave the share out",
      );
    return { size: entrySize(fields, change), reduceBps: null };
  }
  const target = statedTarget(fields, change);
  // A share of its own in a shared template does not count beside the position that the strategy states.
  if (target !== null) return { size: target, reduceBps: share ?? change.reduceBps };
  const reduceBps = share ?? change.reduceBps;
  if (reduceBps === null)
    throw new SignalFault(
      "REDUCE_SHARE_MISSING",
      ["action reduce does not say how much"],
      'Add "reducePct": "50", or both strategy.market_position_size and strategy.prev_market_position_size',
    );
  return { size: { kind: "strategyDefault" }, reduceBps };
}

function shareOf(fields: DecidingFields): number | null {
  return agreedBps(fields, "reduceBps", "reducePct");
}

function entrySize(fields: DecidingFields, change: PositionChange): IntentSize {
  const { strategyOrderContracts: contracts } = fields;
  const sizes: IntentSize[] = [...ownSizes(fields)];
  if (contracts !== undefined && fields.sizeFrom === undefined)
    throw new SignalFault(
      "SIZE_UNIT_MISSING",
      ["strategy.order.contracts is there, but nothing says whether it is the size"],
      SIZE_UNIT_REMEDY,
    );
  if (fields.sizeFrom === "contracts") {
    if (contracts === undefined || !/[1-9]/.test(contracts) || contracts.startsWith("-"))
      throw new SignalFault(
        "FIELD_INVALID",
        ["sizeFrom is contracts, but strategy.order.contracts is not above zero"],
        'Add "contracts": "{{strategy.order.contracts}}"',
      );
    sizes.push({ kind: "qtyBase", qtyBase: isTurned(fields) ? turnedTo(fields) : contracts });
  }
  const target = statedTarget(fields, change);
  if (target !== null) sizes.push(target);
  if (sizes.length > 1)
    throw new SignalFault(
      "AMBIGUOUS_SIGNAL",
      [
        "more than one of notionalUsd, qtyBase, navBps, freeBps, riskBps, volatilityTargetPct and sizeFrom contracts or target is there",
      ],
      "Send one size",
    );
  return sizes[0] ?? { kind: "strategyDefault" };
}

/** Sizes by fields that name their unit. */
function ownSizes(fields: DecidingFields): readonly IntentSize[] {
  const { notionalUsd, qtyBase, navBps } = fields;
  const freeBps = agreedBps(fields, "freeBps", "freePct");
  const riskBps = agreedBps(fields, "riskBps", "riskPct");
  const volatilityBps = volatilityShare(fields);
  return [
    ...(notionalUsd === undefined ? [] : [{ kind: "notionalUsd", notionalUsd } as const]),
    ...(qtyBase === undefined ? [] : [{ kind: "qtyBase", qtyBase } as const]),
    ...(navBps === undefined ? [] : [{ kind: "navBps", navBps } as const]),
    ...(freeBps === null ? [] : [{ kind: "freeBps", freeBps } as const]),
    ...(riskBps === null ? [] : [{ kind: "riskBps", riskBps } as const]),
    ...(volatilityBps === null ? [] : [{ kind: "navBps", navBps: volatilityBps } as const]),
  ];
}

const WHOLE_BPS = 10_000;
/** Basis points of a percent. */
const PERCENT_BPS = 100;

/**
 * Share of NAV, in basis points, of which the symbol's own movement moves NAV by the target: rounded down, and the whole at
 * most, however calm the symbol is. Null without either field; one of them alone is half a size.
 */
function volatilityShare({ volatilityTargetPct: targetBps, volatilityPct }: DecidingFields): number | null {
  if (targetBps === undefined && volatilityPct === undefined) return null;
  if (targetBps === undefined || volatilityPct === undefined)
    throw new SignalFault(
      "FIELD_INVALID",
      ["volatilityTargetPct and volatilityPct are one size, and one of them is missing"],
      'Add "volatilityPct": "{{plot_0}}" and "volatilityTargetPct": "1", both over the same time',
    );
  const shareBps = dec(String(targetBps)).mul(WHOLE_BPS).div(dec(volatilityPct).mul(PERCENT_BPS)).floor();
  if (shareBps.lt(1))
    throw new SignalFault(
      "FIELD_INVALID",
      [`volatilityPct ${volatilityPct} leaves less than a basis point of NAV`],
      "Send the volatility in percent of the price, over the time of the target",
    );
  return Math.min(shareBps.toNumber(), WHOLE_BPS);
}

/** The order of a reversal closes the old position too; its entry is as large as the position that the strategy has then. */
function turnedTo({ strategyMarketPositionSize: size }: DecidingFields): DecimalString {
  if (size !== undefined && /[1-9]/.test(size)) return size;
  throw new SignalFault(
    "FIELD_INVALID",
    [
      "sizeFrom is contracts, but the order of a reversal also closes, and strategy.market_position_size is not above zero",
    ],
    'Add "marketPositionSize": "{{strategy.market_position_size}}"',
  );
}
