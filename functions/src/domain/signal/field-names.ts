// Names of fields. Every spelling of TradingView's placeholder names (dots, underscores, camel case, nested
// objects, with or without `strategy`) is the same field, and two spellings cannot disagree.
import { SignalFault } from "./fault.ts";

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

/** Ballast's own fields. */
export const OWN_FIELDS = [
  "id",
  "symbol",
  "action",
  "side",
  "notionalUsd",
  "qtyBase",
  "navBps",
  "reduceBps",
  "reducePct",
  "sizeFrom",
  "priceUsd",
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

/** Longest list of fields that any template needs; the placeholders are 43. */
const MAX_FIELDS = 100;

/** Comparable form of a name: lower case, without separators. */
export function comparableName(name: string): string {
  return name.toLowerCase().replace(/[._\-\s]/g, "");
}

const KNOWN_NAMES: ReadonlyMap<string, string> = new Map([
  ...[...PLACEHOLDER_FIELDS, ...OWN_FIELDS].map((name) => [comparableName(name), name] as const),
  ...Object.entries(ALIASES),
]);

export interface NamedFields {
  readonly known: Readonly<Record<string, string | null>>;
  readonly unknown: readonly SentField[];
}

/** Sorts fields into known and unknown. Throws SignalFault when spellings disagree or a size has no unit. */
export function nameFields(sent: readonly SentField[]): NamedFields {
  if (sent.length > MAX_FIELDS)
    throw new SignalFault("TOO_MANY_FIELDS", [`${sent.length} fields`], `Send at most ${MAX_FIELDS} fields`);
  const known = new Map<string, SentField>();
  const unknown: SentField[] = [];
  for (const field of sent) {
    const comparable = comparableName(field.name);
    if (SIZES_WITHOUT_UNIT.has(comparable))
      throw new SignalFault(
        "SIZE_UNIT_MISSING",
        [`${field.name} does not say in which unit`],
        'Name the unit: notionalUsd, qtyBase or navBps; or "sizeFrom": "contracts"',
      );
    const name = KNOWN_NAMES.get(comparable);
    if (name === undefined) {
      unknown.push(field);
      continue;
    }
    const before = known.get(name);
    if (before !== undefined && before.value !== field.value)
      throw new SignalFault(
        "AMBIGUOUS_SIGNAL",
        [`${before.name} and ${field.name} are the same field and differ`],
        "Send the field once",
      );
    known.set(name, field);
  }
  return { known: Object.fromEntries([...known].map(([name, { value }]) => [name, value])), unknown };
}
