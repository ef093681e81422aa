// Account settings of Binance USD-M: position mode, multi-assets mode, fees in BNB, permissions of the key, and margin type,
// leverage and brackets of symbols. Five questions, none of which changes anything.
import { z } from "zod";
import { dec, decimalString } from "#domain/decimal.ts";
import type { KeyPermissions, SymbolSettings, VenueSettings } from "#domain/documents/venue-settings.ts";
import { VenueError } from "#ports/venue.ts";
import type { BinanceCalls } from "./binance-calls.ts";
import type { BinanceClient } from "./binance-client.ts";
import { read } from "./binance-shapes.ts";

/** Answers of a place that has no wallet interface: a page, or the gateway's own refusal. */
const NO_SUCH_PATH: ReadonlySet<string> = new Set(["HTTP_404", "-5000"]);

const accountConfigShape = z.object({
  canTrade: z.boolean(),
  dualSidePosition: z.boolean(),
  multiAssetsMargin: z.boolean(),
});
const feeBurnShape = z.object({ feeBurn: z.boolean() });
const keyShape = z.object({
  ipRestrict: z.boolean(),
  enableFutures: z.boolean(),
  enableWithdrawals: z.boolean(),
});
const symbolConfigShape = z.object({
  symbol: z.string(),
  marginType: z.enum(["CROSSED", "ISOLATED"]),
  leverage: z.int().min(1),
});
const count = z.number().min(0);
const bracketsShape = z.object({
  symbol: z.string(),
  brackets: z.array(z.object({ notionalCap: count, maintMarginRatio: count, cum: count })).min(1),
});

export interface SettingsSource {
  readonly client: BinanceClient;
  readonly calls: BinanceCalls;
  /** Whether the address is not the venue's production. */
  readonly isElsewhere: boolean;
  readonly nowMs: number;
}

/** Throws VenueError when one of the answers is missing or of another shape: half of the settings are none. */
export async function readSettings(
  source: SettingsSource,
  symbols: readonly string[],
): Promise<VenueSettings> {
  const { client, calls, nowMs } = source;
  const { exchange } = client;
  const [account, fees, key, configs, brackets] = await Promise.all([
    calls.read(async () =>
      read(accountConfigShape, await exchange.fapiPrivateGetAccountConfig({}), "account settings"),
    ),
    calls.read(async () => read(feeBurnShape, await exchange.fapiPrivateGetFeeBurn({}), "fee setting")),
    readKey(source),
    calls.read(async () => rows(symbolConfigShape, await exchange.fapiPrivateGetSymbolConfig({}), symbols)),
    calls.read(async () => rows(bracketsShape, await exchange.fapiPrivateGetLeverageBracket({}), symbols)),
  ]);
  return {
    positionMode: account.dualSidePosition ? "hedge" : "oneWay",
    multiAssets: account.multiAssetsMargin,
    mayTrade: account.canTrade,
    feesInCoin: fees.feeBurn,
    key,
    symbols: settingsBySymbol(configs, brackets),
    asOfMs: nowMs,
  };
}

/** The wallet interface has a host of its own. A test network of futures has none, and answers that it lacks the path. */
async function readKey({ client, calls, isElsewhere }: SettingsSource): Promise<KeyPermissions | null> {
  try {
    return await calls.read(async () => {
      const answer: unknown = await client.exchange.sapiGetAccountApiRestrictions({});
      const { ipRestrict, enableFutures, enableWithdrawals } = read(keyShape, answer, "key permissions");
      return { mayTrade: enableFutures, mayWithdraw: enableWithdrawals, isAddressBound: ipRestrict };
    });
  } catch (error) {
    if (isElsewhere && error instanceof VenueError && NO_SUCH_PATH.has(error.code)) return null;
    throw error;
  }
}

/** Rows of the asked symbols; a row of another symbol may be of any shape. */
function rows<Row>(shape: z.ZodType<Row>, answer: unknown, symbols: readonly string[]): readonly Row[] {
  const wanted = new Set(symbols);
  const named = read(z.array(z.looseObject({ symbol: z.string() })), answer, "settings of symbols");
  return named
    .filter(({ symbol }) => wanted.has(symbol))
    .map((row) => read(shape, row, `settings of ${row.symbol}`));
}

function settingsBySymbol(
  configs: readonly z.output<typeof symbolConfigShape>[],
  brackets: readonly z.output<typeof bracketsShape>[],
): Readonly<Record<string, SymbolSettings>> {
  const bracketsOf = new Map(brackets.map(({ symbol, brackets: own }) => [symbol, own]));
  const settings = configs.flatMap(({ symbol, marginType, leverage }) => {
    const own = bracketsOf.get(symbol);
    if (own === undefined) return [];
    const setting: SymbolSettings = {
      marginType: marginType === "CROSSED" ? "cross" : "isolated",
      leverage,
      brackets: own.toSorted((a, b) => a.notionalCap - b.notionalCap).map(bracketOf),
    };
    return [[symbol, setting] as const];
  });
  return Object.fromEntries(settings);
}

function bracketOf({
  notionalCap,
  maintMarginRatio,
  cum,
}: {
  notionalCap: number;
  maintMarginRatio: number;
  cum: number;
}) {
  return {
    notionalCapUsd: text(notionalCap),
    maintenanceRate: text(maintMarginRatio),
    deductionUsd: text(cum),
  };
}

/** The venue sends these as JSON numbers; the shortest text that reads back as the same number is what it wrote. */
function text(value: number): string {
  return decimalString(dec(String(value)));
}
