// Settings of an account at Bybit in our words, and as much of them as was answered.
// Proves: adapters/ccxt/settings-parts.ts
import { describe, expect, it } from "vitest";
import { SettingsIncompleteError } from "#ports/venue.ts";
import type { ScriptedAnswer } from "#test/support/memory/transport.ts";
import {
  EXECUTIONS,
  failureOf,
  good,
  list,
  POSITIONS,
  rawPosition,
  refusal,
  scriptedBybit,
} from "./bybit-wire.ts";

const INFO = "GET /v5/account/info";
const COLLATERAL = "GET /v5/account/wallet-balance";
const KEY = "GET /v5/user/query-api";
const BRACKETS = "GET /v5/market/risk-limit";

const info = (changes: Readonly<Record<string, unknown>> = {}) =>
  good({
    marginMode: "REGULAR_MARGIN",
    updatedTime: "1697078946000",
    unifiedMarginStatus: 5,
    dcpStatus: "OFF",
    timeWindow: 10,
    smpGroup: 0,
    isMasterTrader: false,
    spotHedgingStatus: "OFF",
    ...changes,
  });
const coin = (name: string, walletBalance: string, changes: Readonly<Record<string, boolean>>) => ({
  coin: name,
  walletBalance,
  marginCollateral: true,
  ...changes,
});
const key = (changes: Readonly<Record<string, unknown>> = {}) =>
  good({
    id: "13770661",
    apiKey: "key",
    readOnly: 0,
    permissions: { ContractTrade: ["Order", "Position"], Spot: [], Wallet: [], Derivatives: [] },
    ips: ["203.0.113.7"],
    type: 1,
    uta: 1,
    ...changes,
  });
const bracket = (id: number, changes: Readonly<Record<string, unknown>> = {}) => ({
  id,
  symbol: "BTCUSDT",
  riskLimitValue: String(id * 2_000_000),
  maintenanceMargin: "0.005",
  initialMargin: "0.01",
  isLowestRisk: id === 1 ? 1 : 0,
  maxLeverage: "100.00",
  mmDeduction: id === 1 ? "" : "1000",
  ...changes,
});

const GOOD: Readonly<Record<string, ScriptedAnswer>> = {
  [INFO]: info(),
  [COLLATERAL]: list([
    {
      coin: [
        coin("USDT", "1000", { collateralSwitch: true }),
        coin("BTC", "0.5", { collateralSwitch: false }),
        coin("USDC", "0", { collateralSwitch: true }),
        coin("ODD", "7", { collateralSwitch: true, marginCollateral: false }),
      ],
    },
  ]),
  [EXECUTIONS]: list([]),
  [KEY]: key(),
  [POSITIONS]: list([rawPosition({ size: "0", side: "" })]),
  [BRACKETS]: list([
    bracket(2, { maintenanceMargin: "0.0056", initialMargin: "0.0111", maxLeverage: "90.00" }),
    bracket(1),
  ]),
};
const venueWith = (changes: Readonly<Record<string, ScriptedAnswer>> = {}) =>
  scriptedBybit({ ...GOOD, ...changes });
const settingsWith = (changes: Readonly<Record<string, ScriptedAnswer>> = {}) =>
  venueWith(changes).venue.fetchSettings(["BTCUSDT"]);

describe("settings on Bybit", () => {
  it("are read whole", async () => {
    const { venue, clock } = venueWith();
    expect(await venue.fetchSettings(["BTCUSDT"])).toEqual({
      positionMode: "oneWay",
      multiAssets: false,
      mayTrade: true,
      feesInCoin: false,
      key: { mayTrade: true, mayWithdraw: false, isAddressBound: true },
      symbols: {
        BTCUSDT: {
          marginType: "cross",
          leverage: 10,
          brackets: [
            { notionalCapUsd: "2000000", maintenanceRate: "0.005", deductionUsd: "0" },
            { notionalCapUsd: "4000000", maintenanceRate: "0.0056", deductionUsd: "1000" },
          ],
        },
      },
      asOfMs: clock.nowMs(),
    });
  });

  it.each([
    [
      "hedge mode",
      { [POSITIONS]: list([rawPosition({ positionIdx: 1 }), rawPosition({ positionIdx: 2 })]) },
      { positionMode: "hedge" },
    ],
    ["a classic account", { [INFO]: info({ unifiedMarginStatus: 1 }) }, { mayTrade: false }],
    [
      "another coin as collateral",
      { [COLLATERAL]: list([{ coin: [coin("BTC", "0.5", { collateralSwitch: true })] }]) },
      { multiAssets: true },
    ],
    [
      "isolated margin, where none is shared",
      {
        [INFO]: info({ marginMode: "ISOLATED_MARGIN" }),
        [COLLATERAL]: list([{ coin: [coin("BTC", "0.5", { collateralSwitch: true })] }]),
      },
      { multiAssets: false, symbols: { BTCUSDT: { marginType: "isolated" } } },
    ],
    ["a last fee in another coin", { [EXECUTIONS]: list([{ feeCurrency: "MNT" }]) }, { feesInCoin: true }],
    [
      "a last fee in the settlement coin",
      { [EXECUTIONS]: list([{ feeCurrency: "USDT" }]) },
      { feesInCoin: false },
    ],
    ["a key that only reads", { [KEY]: key({ readOnly: 1 }) }, { key: { mayTrade: false } }],
    [
      "a key of the unified permission",
      { [KEY]: key({ permissions: { Derivatives: ["DerivativesTrade"] } }) },
      { key: { mayTrade: true } },
    ],
    [
      "a key that places and holds nothing",
      { [KEY]: key({ permissions: { ContractTrade: ["Order"] } }) },
      { key: { mayTrade: false } },
    ],
    [
      "a key that withdraws",
      {
        [KEY]: key({
          permissions: { ContractTrade: ["Order", "Position"], Wallet: ["AccountTransfer", "Withdraw"] },
        }),
      },
      { key: { mayWithdraw: true } },
    ],
    ["a key for every address", { [KEY]: key({ ips: ["*"] }) }, { key: { isAddressBound: false } }],
  ] as const)("tell of %s", async (_, changes, expected) => {
    expect(await settingsWith(changes)).toMatchObject(expected);
  });

  it("take brackets that come in percent for what they are", async () => {
    const percent = bracket(1, { maintenanceMargin: "0.5", initialMargin: "1" });
    const { symbols } = await settingsWith({ [BRACKETS]: list([percent]) });
    expect(symbols.BTCUSDT?.brackets[0]?.maintenanceRate).toBe("0.005");
  });

  it("leave out a symbol that is not listed", async () => {
    const unlisted = refusal(10001, "params error: symbol invalid");
    const { symbols } = await settingsWith({ [POSITIONS]: unlisted, [BRACKETS]: unlisted });
    expect(symbols).toEqual({});
  });

  it.each([
    ["account", { [INFO]: refusal(10016, "Server error.") }, ["feesInCoin", "key", "positionMode"]],
    [
      "key",
      { [KEY]: refusal(10005, "Permission denied") },
      ["feesInCoin", "mayTrade", "multiAssets", "positionMode", "symbols"],
    ],
    ["collateral", { [COLLATERAL]: good({}) }, ["feesInCoin", "key", "mayTrade", "positionMode", "symbols"]],
    [
      "portfolio margin",
      { [INFO]: info({ marginMode: "PORTFOLIO_MARGIN" }) },
      ["feesInCoin", "key", "positionMode"],
    ],
    [
      "leverage that is not whole",
      { [POSITIONS]: list([rawPosition({ leverage: "12.5" })]) },
      ["feesInCoin", "key", "mayTrade", "multiAssets"],
    ],
  ] as const)("are known as far as they were answered: without %s", async (_, changes, known) => {
    const failure = await failureOf(settingsWith(changes));
    if (!(failure instanceof SettingsIncompleteError)) throw failure;
    expect(Object.keys(failure.known).toSorted()).toEqual(known);
  });

  it("have no key where demo trading tells none, and only there", async () => {
    const unsupported = { ...GOOD, [KEY]: refusal(10032, "Demo trading are not supported.") };
    const demo = scriptedBybit(unsupported, { origin: "https://api-demo.bybit.com" });
    expect((await demo.venue.fetchSettings(["BTCUSDT"])).key).toBeNull();
    expect(await failureOf(settingsWith(unsupported))).toMatchObject({ code: "10032" });
  });

  it("of a symbol go on without its brackets", async () => {
    const failure = await failureOf(settingsWith({ [BRACKETS]: refusal(10016, "Server error.") }));
    if (!(failure instanceof SettingsIncompleteError)) throw failure;
    expect(failure.known.symbols).toEqual({ BTCUSDT: { marginType: "cross", leverage: 10 } });
  });

  it("show the position mode also where no symbol is asked for", async () => {
    expect(await venueWith().venue.fetchSettings([])).toMatchObject({ positionMode: "oneWay", symbols: {} });
  });
});
