// Account settings of Bybit: position mode, collateral, fees in another coin, permissions of the key, and margin type, leverage
// and brackets of symbols. Questions alone, none of which changes anything.
import { z } from "zod";
import { dec, decimalString } from "#domain/decimal.ts";
import type {
  KeyPermissions,
  KnownSettings,
  MarginBracket,
  VenueSettings,
} from "#domain/documents/venue-settings.ts";
import type { MarginType } from "#domain/documents/words.ts";
import { SettingsIncompleteError, VenueError } from "#ports/venue.ts";
import type { BybitClient } from "./bybit-client.ts";
import { saysInvalidSymbol } from "./bybit-codes.ts";
import { CATEGORY, SETTLEMENT_COIN } from "./bybit-markets.ts";
import { pageShape, resultOf } from "./bybit-shapes.ts";
import { faultOf } from "./settings-parts.ts";
import { orNull, type VenueCalls } from "./venue-calls.ts";
import { amount, read } from "./venue-shapes.ts";

/** Of the account: portfolio margin has no leverage and no margin type of a symbol, and is refused as unreadable. */
const MARGIN_TYPE = { REGULAR_MARGIN: "cross", ISOLATED_MARGIN: "isolated" } as const;
/** From this status on the account is a unified one; v5 lets no other trade these contracts. */
const UNIFIED_STATUS = 3;
/** Asked for where no symbol is: the mode of an account shows in the rows of a symbol. */
const ANY_SYMBOL = "BTCUSDT";

const accountShape = z.object({
  marginMode: z.enum(["REGULAR_MARGIN", "ISOLATED_MARGIN"]),
  unifiedMarginStatus: z.int(),
});
/**
 * Coins that the account holds: the platform's list would name dollars of another issuer as collateral for everybody, since
 * those cannot be switched off.
 */
const collateralShape = z.object({
  coin: z.array(
    z.object({
      coin: z.string(),
      walletBalance: amount,
      marginCollateral: z.boolean(),
      collateralSwitch: z.boolean(),
    }),
  ),
});
const feeShape = z.object({ feeCurrency: z.string().nullish() });
const rights = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const keyShape = z.object({
  readOnly: z.int(),
  ips: z.array(z.string()),
  permissions: z.object({ ContractTrade: rights, Derivatives: rights, Wallet: rights }),
});
const positionShape = z.object({
  positionIdx: z.int(),
  leverage: amount
    .refine((text) => dec(text).isInteger() && dec(text).gte(1), "not a whole number")
    .transform(Number),
});
const rate = z.union([amount, z.number().transform((value) => decimalString(dec(String(value))))]);
const bracketShape = z.object({
  riskLimitValue: amount,
  maintenanceMargin: rate,
  initialMargin: rate,
  maxLeverage: amount,
  mmDeduction: z.union([z.literal("").transform(() => "0"), amount]),
});

type Account = z.output<typeof accountShape>;
type Position = z.output<typeof positionShape>;
type BySymbol<Row> = ReadonlyMap<string, readonly Row[]>;

export interface SettingsSource {
  readonly client: BybitClient;
  readonly calls: VenueCalls;
  /** Whether the address is not the venue's production. */
  readonly isElsewhere: boolean;
  readonly nowMs: number;
}

/** Throws SettingsIncompleteError with the other answers when one is missing or of another shape. */
export async function readSettings(
  source: SettingsSource,
  symbols: readonly string[],
): Promise<VenueSettings> {
  const { client, calls, nowMs } = source;
  const { exchange } = client;
  const listOf = <Row>(
    shape: z.ZodType<Row>,
    what: string,
    ask: () => Promise<unknown>,
  ): Promise<readonly Row[]> =>
    calls.read(async () => read(z.array(shape), resultOf(pageShape, await ask(), what).list, what));
  /** A symbol that the venue does not list is left out. */
  const bySymbol = async <Row>(
    of: readonly string[],
    ask: (symbol: string) => Promise<readonly Row[]>,
  ): Promise<BySymbol<Row>> => {
    const lists = await Promise.all(
      of.map(async (symbol) => [symbol, await orNull(saysInvalidSymbol, () => ask(symbol))] as const),
    );
    return new Map(lists.flatMap(([symbol, list]) => (list === null ? [] : [[symbol, list] as const])));
  };
  const category = CATEGORY;
  const parts = await Promise.allSettled([
    calls.read(async () =>
      resultOf(accountShape, await exchange.privateGetV5AccountInfo({}), "account settings"),
    ),
    listOf(collateralShape, "collateral", () =>
      exchange.privateGetV5AccountWalletBalance({ accountType: "UNIFIED" }),
    ),
    listOf(feeShape, "last fee", () =>
      exchange.privateGetV5ExecutionList({ category, execType: "Trade", limit: 1 }),
    ),
    readKey(source),
    bySymbol(symbols.length === 0 ? [ANY_SYMBOL] : symbols, (symbol) =>
      listOf(positionShape, `settings of ${symbol}`, () =>
        exchange.privateGetV5PositionList({ category, symbol }),
      ),
    ),
    bySymbol(symbols, (symbol) =>
      listOf(bracketShape, `brackets of ${symbol}`, () =>
        exchange.publicGetV5MarketRiskLimit({ category, symbol }),
      ),
    ),
  ]);
  const [account, collateral, fees, key, positions, brackets] = parts;
  const fault = faultOf(parts);
  const known: KnownSettings = {
    ...from(account, ({ unifiedMarginStatus }) => ({ mayTrade: unifiedMarginStatus >= UNIFIED_STATUS })),
    ...from(account, (of) => from(collateral, (wallets) => ({ multiAssets: sharesCoins(of, wallets) }))),
    ...from(fees, ([last]) => ({ feesInCoin: !SETTLED_FEES.has(last?.feeCurrency ?? "") })),
    ...from(key, (of) => ({ key: of })),
    ...from(positions, (of) => ({ positionMode: isOneWay(of) ? "oneWay" : "hedge" }) as const),
    ...from(account, (of) =>
      from(positions, (held) => ({ symbols: symbolsOf(symbols, of, held, answerOf(brackets)) })),
    ),
  };
  if (fault !== null) throw new SettingsIncompleteError(fault, known);
  return { ...(known as Omit<VenueSettings, "asOfMs">), asOfMs: nowMs };
}

function answerOf<Value>(part: PromiseSettledResult<Value>): Value | null {
  return part.status === "fulfilled" ? part.value : null;
}

/** Nothing of an answer that failed. */
function from<Value, Known extends object>(
  part: PromiseSettledResult<Value>,
  read: (value: Value) => Known,
): Known | Record<string, never> {
  return part.status === "fulfilled" ? read(part.value) : {};
}

/** Coins of the last trade's fee that are not the venue's own; empty where there was none. The venue has no question for it. */
const SETTLED_FEES: ReadonlySet<string> = new Set(["", SETTLEMENT_COIN]);

function sharesCoins({ marginMode }: Account, wallets: readonly z.output<typeof collateralShape>[]): boolean {
  if (marginMode === "ISOLATED_MARGIN") return false;
  return wallets
    .flatMap(({ coin }) => coin)
    .some(
      ({ coin, walletBalance, marginCollateral, collateralSwitch }) =>
        coin !== SETTLEMENT_COIN && !dec(walletBalance).isZero() && marginCollateral && collateralSwitch,
    );
}

/** Answers of a place that tells nothing of keys: demo trading lacks the question (docs/v5/demo). */
const NO_SUCH_QUESTION: ReadonlySet<string> = new Set(["10017", "10032", "HTTP_404"]);

async function readKey({ client, calls, isElsewhere }: SettingsSource): Promise<KeyPermissions | null> {
  try {
    return await calls.read(async () =>
      permissionsOf(
        resultOf(keyShape, await client.exchange.privateGetV5UserQueryApi({}), "key permissions"),
      ),
    );
  } catch (error) {
    if (isElsewhere && error instanceof VenueError && NO_SUCH_QUESTION.has(error.code)) return null;
    throw error;
  }
}

function permissionsOf({ readOnly, ips, permissions }: z.output<typeof keyShape>): KeyPermissions {
  const { ContractTrade, Derivatives, Wallet } = permissions;
  const mayContract = ContractTrade.includes("Order") && ContractTrade.includes("Position");
  return {
    mayTrade: readOnly === 0 && (mayContract || Derivatives.includes("DerivativesTrade")),
    mayWithdraw: readOnly === 0 && Wallet.includes("Withdraw"),
    // A star stands for every address.
    isAddressBound: ips.length > 0 && !ips.includes("*"),
  };
}

/** In hedge mode a symbol has two rows, of other indexes. */
function isOneWay(positions: BySymbol<Position>): boolean {
  return [...positions.values()].flat().every(({ positionIdx }) => positionIdx === 0);
}

/** Without `brackets` where they were not answered. */
function symbolsOf(
  symbols: readonly string[],
  { marginMode }: Account,
  positions: BySymbol<Position>,
  brackets: BySymbol<z.output<typeof bracketShape>> | null,
): NonNullable<KnownSettings["symbols"]> {
  const marginType: MarginType = MARGIN_TYPE[marginMode];
  const settings = symbols.flatMap((symbol) => {
    const leverage = positions.get(symbol)?.[0]?.leverage;
    const own = brackets?.get(symbol);
    if (leverage === undefined || (brackets !== null && own === undefined)) return [];
    const sorted = own
      ?.map(bracketOf)
      .toSorted((a, b) => dec(a.notionalCapUsd).comparedTo(dec(b.notionalCapUsd)));
    return [
      [symbol, { marginType, leverage, ...(sorted === undefined ? {} : { brackets: sorted }) }] as const,
    ];
  });
  return Object.fromEntries(settings);
}

/** Of leverage times initial margin, which is one; a hundred, where the venue gives its margins in percent. */
const PERCENT_FROM = 10;

function bracketOf(raw: z.output<typeof bracketShape>): MarginBracket {
  const isPercent = dec(raw.initialMargin).mul(dec(raw.maxLeverage)).gt(PERCENT_FROM);
  const maintenance = dec(raw.maintenanceMargin);
  return {
    notionalCapUsd: raw.riskLimitValue,
    maintenanceRate: decimalString(isPercent ? maintenance.div(100) : maintenance),
    deductionUsd: raw.mmDeduction,
  };
}
