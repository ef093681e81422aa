// Names of fields. Every spelling of TradingView's placeholder names (dots, underscores, camel case, nested
// objects, with or without `strategy`) is the same field, and two spellings cannot disagree.
import { isAscii, lookOf } from "./ascii.ts";
import { SignalFault } from "./fault.ts";
import type { UnreadField } from "./unread.ts";

/** A field as sent. Numbers are their source text; `null` only where the sender wrote null. */
export interface SentField {
  readonly name: string;
  readonly value: string | null;
}

/** Highest plot that TradingView fills in is 19. */
export const PLOT_FIELDS = Array.from({ length: 20 }, (_, index) => `plot_${index}` as `plot_${number}`);

/** TradingView's placeholders: `{{strategy.order.action}}` is `strategyOrderAction`. */
export const PLACEHOLDER_FIELDS = [
  "ticker",
  "exchange",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "time",
  "timenow",
  "interval",
  "syminfoCurrency",
  "syminfoBasecurrency",
  ...PLOT_FIELDS,
  "strategyPositionSize",
  "strategyOrderAction",
  "strategyOrderContracts",
  "strategyOrderPrice",
  "strategyOrderId",
  "strategyOrderComment",
  "strategyOrderAlertMessage",
  "strategyMarketPosition",
  "strategyMarketPositionSize",
  "strategyPrevMarketPosition",
  "strategyPrevMarketPositionSize",
];

/** Fields of an alert that belong to the plan of an entry. */
export const EXIT_FIELDS = [
  "stopLossPct",
  "stopLossBps",
  "stopLossPriceUsd",
  "stopDistanceUsd",
  "takeProfits",
  "breakEvenAfter",
  "trailingPct",
  "trailingBps",
  "trailingActivationPct",
  "trailingActivationBps",
  "timeLimitMinutes",
] as const;

/** Fields of an alert that say how a position is to be entered beyond its base. */
export const ENTRY_FIELDS = [
  "safetyOrders",
  "safetyStepPct",
  "safetyStepBps",
  "safetyStepScale",
  "safetySizePct",
  "safetySizeBps",
  "safetyVolumeScale",
  "pyramidMax",
  "pyramidDistancePct",
  "pyramidDistanceBps",
] as const;

/** Ballast's own fields. */
export const OWN_FIELDS = [
  "id",
  "symbol",
  "action",
  "side",
  "notionalUsd",
  "qtyBase",
  "navBps",
  "freeBps",
  "freePct",
  "riskBps",
  "riskPct",
  "volatilityTargetPct",
  "volatilityPct",
  "reduceBps",
  "reducePct",
  "sizeFrom",
  "priceUsd",
  ...EXIT_FIELDS,
  ...ENTRY_FIELDS,
];

/** Short names seen in alert templates, in comparable form. */
const ALIASES: Readonly<Record<string, string>> = {
  currency: "syminfoCurrency",
  basecurrency: "syminfoBasecurrency",
  positionsize: "strategyPositionSize",
  orderaction: "strategyOrderAction",
  price: "priceUsd",
  contracts: "strategyOrderContracts",
  ordercontracts: "strategyOrderContracts",
  orderprice: "strategyOrderPrice",
  orderid: "strategyOrderId",
  comment: "strategyOrderComment",
  ordercomment: "strategyOrderComment",
  alertmessage: "strategyOrderAlertMessage",
  orderalertmessage: "strategyOrderAlertMessage",
  marketposition: "strategyMarketPosition",
  marketpositionsize: "strategyMarketPositionSize",
  prevmarketposition: "strategyPrevMarketPosition",
  prevmarketpositionsize: "strategyPrevMarketPositionSize",
};

/** Sizes whose unit is anybody's guess: trading the wrong one is worse than refusing. */
const SIZES_WITHOUT_UNIT = new Set(["size", "qty", "quantity", "amount", "notional", "ordersize", "risk"]);

/** Exits whose unit is anybody's guess: opening without the stop that was meant is worse than refusing. */
const EXITS_WITHOUT_UNIT =
  /^(stop|stoploss|sl|takeprofit\d?|tp\d?|trailing|trailingstop|trailingstoploss|trail|breakeven|timelimit)$/;
const EXIT_UNIT_REMEDY =
  "Name the unit: stopLossPct, stopLossPriceUsd or stopDistanceUsd; takeProfits, like 2%:50; trailingPct; breakEvenAfter; timeLimitMinutes";

/** Also for contracts, which are counted in a unit of the chart's own. */
export const SIZE_UNIT_REMEDY =
  'Name the unit: notionalUsd, qtyBase, navBps, freeBps, riskBps or volatilityTargetPct; or say with "sizeFrom" which size counts: "contracts", "target" or "strategy"';

/** Longest list of fields that any template needs; the placeholders are 43. */
const MAX_FIELDS = 100;

/** Of a dotted name. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Comparable form of a name: lower case, without separators. */
export function comparableName(name: string): string {
  return name.toLowerCase().replace(/[._\-\s]/g, "");
}

const KNOWN_NAMES: ReadonlyMap<string, string> = new Map([
  ...[...PLACEHOLDER_FIELDS, ...OWN_FIELDS].map((name) => [comparableName(name), name] as const),
  ...Object.entries(ALIASES),
]);

/** The name that Ballast has for a field, or the sender's own. */
export function nameOf(sent: string): string {
  return KNOWN_NAMES.get(comparableName(sent)) ?? sent;
}

export interface NamedFields {
  readonly known: Readonly<Record<string, string | null>>;
  /** Also fields of a known name whose value is not certain. */
  readonly unknown: readonly SentField[];
  readonly unread: readonly UnreadField[];
}

/** Sorts fields into known and unknown, and names those whose meaning is not certain. Throws SignalFault for too many. */
export function nameFields(sent: readonly SentField[]): NamedFields {
  if (sent.length > MAX_FIELDS)
    throw new SignalFault("TOO_MANY_FIELDS", [`${sent.length} fields`], `Send at most ${MAX_FIELDS} fields`);
  const known = new Map<string, SentField>();
  const differing = new Map<string, SentField[]>();
  const unknown: SentField[] = [];
  const unread: UnreadField[] = [];
  for (const field of sent) {
    const name = isAscii(field.name) ? KNOWN_NAMES.get(comparableName(field.name)) : undefined;
    if (name === undefined) {
      unknown.push(field);
      unread.push(...doubtsAbout(field));
      continue;
    }
    const before = known.get(name);
    if (before === undefined) known.set(name, field);
    else if (before.value !== field.value) differing.set(name, [...(differing.get(name) ?? []), field]);
  }
  for (const [name, others] of differing) {
    const spellings = [known.get(name), ...others].filter((each) => each !== undefined);
    known.delete(name);
    unknown.push(...spellings);
    unread.push(spelledDifferently(name, spellings));
  }
  const values = [...known].map(([name, { value }]) => [name, value] as const);
  return { known: Object.fromEntries(values), unknown, unread };
}

/** Of a field that has no meaning here: whether its sender must have meant something by it. */
function doubtsAbout({ name, value }: SentField): readonly UnreadField[] {
  const isEmpty = value === null || value === "";
  const fault = `${name} does not say in which unit`;
  if (SIZES_WITHOUT_UNIT.has(comparableName(name)))
    return [{ field: name, isEmpty, code: "SIZE_UNIT_MISSING", fault, remedy: SIZE_UNIT_REMEDY }];
  if (EXITS_WITHOUT_UNIT.test(comparableName(name)))
    return [{ field: name, isEmpty, code: "EXIT_UNIT_MISSING", fault, remedy: EXIT_UNIT_REMEDY }];
  const lookAlike = KNOWN_NAMES.get(comparableName(lookOf(name)));
  if (isAscii(name) || lookAlike === undefined) return [];
  return [
    {
      field: lookAlike,
      isEmpty,
      code: "FIELD_INVALID",
      fault: `${JSON.stringify(name)} looks like ${lookAlike}, but not all of its characters are ASCII`,
      remedy: "Type the field's name anew",
    },
  ];
}

function spelledDifferently(field: string, spellings: readonly SentField[]): UnreadField {
  const [first, ...others] = spellings.map(({ name }) => name);
  return {
    field,
    isEmpty: false,
    code: "AMBIGUOUS_SIGNAL",
    fault: `${first} and ${others.join(", ")} are the same field and differ`,
    remedy: "Send the field once",
  };
}
