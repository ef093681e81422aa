// Account settings of Binance USD-M: position mode, multi-assets mode, fees in BNB, permissions of the key, and margin type,
// leverage and brackets of symbols. Five questions, none of which changes anything.
import { z } from "zod";
import { dec, decimalString } from "#domain/decimal.ts";
import type {
  KeyPermissions,
  KnownSettings,
  SymbolSettings,
  VenueSettings,
} from "#domain/documents/venue-settings.ts";
import type { MarginType } from "#domain/documents/words.ts";
import { SettingsIncompleteError, VenueError } from "#ports/venue.ts";
import type { BinanceClient } from "./binance-client.ts";
import { faultOf } from "./settings-parts.ts";
import type { VenueCalls } from "./venue-calls.ts";
import { read } from "./venue-shapes.ts";

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
  const [account, fees, key, configs, brackets] = await Promise.allSettled([
    calls.read(async () =>
      read(accountConfigShape, await exchange.fapiPrivateGetAccountConfig({}), "account settings"),
    ),
    calls.read(async () => read(feeBurnShape, await exchange.fapiPrivateGetFeeBurn({}), "fee setting")),
    readKey(source),
    calls.read(async () => rows(symbolConfigShape, await exchange.fapiPrivateGetSymbolConfig({}), symbols)),
    calls.read(async () => rows(bracketsShape, await exchange.fapiPrivateGetLeverageBracket({}), symbols)),
  ]);
  const fault = faultOf([account, fees, key, configs, brackets]);
  const bracketsBySymbol = brackets.status === "fulfilled" ? bracketsOf(brackets.value) : null;
  const known = {
    ...(account.status === "fulfilled" ? ofAccount(account.value) : {}),
    ...(fees.status === "fulfilled" ? { feesInCoin: fees.value.feeBurn } : {}),
    ...(key.status === "fulfilled" ? { key: key.value } : {}),
    ...(configs.status === "fulfilled" ? { symbols: symbolsOf(configs.value, bracketsBySymbol) } : {}),
  };
  if (fault !== null) throw new SettingsIncompleteError(fault, known);
  return { ...(known as Omit<VenueSettings, "asOfMs">), asOfMs: nowMs };
}

function ofAccount({ dualSidePosition, multiAssetsMargin, canTrade }: z.output<typeof accountConfigShape>) {
  const positionMode = dualSidePosition ? ("hedge" as const) : ("oneWay" as const);
  return { positionMode, multiAssets: multiAssetsMargin, mayTrade: canTrade };
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

type Brackets = ReadonlyMap<string, SymbolSettings["brackets"]>;

function bracketsOf(rows: readonly z.output<typeof bracketsShape>[]): Brackets {
  return new Map(
    rows.map(({ symbol, brackets }) => [
      symbol,
      brackets.toSorted((a, b) => a.notionalCap - b.notionalCap).map(bracketOf),
    ]),
  );
}

/** Without `brackets` where they were not answered; a symbol that the answer with brackets leaves out is not listed. */
function symbolsOf(
  configs: readonly z.output<typeof symbolConfigShape>[],
  all: Brackets | null,
): NonNullable<KnownSettings["symbols"]> {
  const settings = configs.flatMap(({ symbol, marginType, leverage }) => {
    const brackets = all?.get(symbol);
    if (all !== null && brackets === undefined) return [];
    const type: MarginType = marginType === "CROSSED" ? "cross" : "isolated";
    const setting = { marginType: type, leverage, ...(brackets === undefined ? {} : { brackets }) };
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
