// Settings of the account as the venue answers them, through the real adapter: whole, or what was answered.
// Proves: adapters/ccxt/binance-settings.ts
import { describe, expect, it } from "vitest";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import type { HttpRequest, HttpResponse } from "#adapters/http/http-transport.ts";
import type { VenueSettings } from "#domain/documents/venue-settings.ts";
import { SettingsIncompleteError, type Venue } from "#ports/venue.ts";
import { answerFile, answerOf, refusalOf } from "#test/recorded/venue/answers.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createSeededIdentity } from "#test/support/memory/identity.ts";
import { createMemoryLogger } from "#test/support/memory/logger.ts";
import { json } from "#test/support/memory/transport.ts";
import { failureOf } from "./binance-wire.ts";

type Answers = Readonly<Record<string, HttpResponse>>;

const USUAL: Answers = {
  "account-config": json(answerOf("account-config", "oneWay")),
  "fee-burn": json(answerOf("fee-burn", "off")),
  "key-restrictions": json(answerOf("key-restrictions", "narrow")),
  "symbol-config": json(answerOf("symbol-config", "crossed")),
  "leverage-bracket": json(answerOf("leverage-bracket", "all")),
};

function venueSaying(changes: Answers, origin: string | null): Venue {
  const answers = Object.entries({ ...USUAL, ...changes }).map(([file, answer]) => ({
    path: answerFile(file).call.split(" ")[1],
    answer,
  }));
  const transport = async ({ url }: HttpRequest): Promise<HttpResponse> => {
    const found = answers.find(({ path }) => path === new URL(url).pathname);
    if (found === undefined) throw new Error(`Not asked for: ${url}`);
    return found.answer;
  };
  return createCcxtVenue({
    venue: "binance-usdm",
    keys: { apiKey: "key", secret: "secret" },
    origin,
    clock: createFakeClock(),
    identity: createSeededIdentity(1),
    logger: createMemoryLogger(),
    requestTimeoutMs: 5_000,
    transport,
  });
}

const settings = (changes: Answers = {}): Promise<VenueSettings> =>
  venueSaying(changes, null).fetchSettings(["BTCUSDT"]);
const named = (file: string, name: string): Answers => ({ [file]: json(answerOf(file, name)) });

describe("settings of an account", () => {
  it("are read with the brackets of the asked symbols, and of no other", async () => {
    expect(await settings()).toMatchObject({
      positionMode: "oneWay",
      multiAssets: false,
      mayTrade: true,
      feesInCoin: false,
      key: { mayTrade: true, mayWithdraw: false, isAddressBound: true },
    });
    expect((await settings()).symbols).toEqual({
      BTCUSDT: {
        marginType: "cross",
        leverage: 10,
        brackets: [
          { notionalCapUsd: "300000", maintenanceRate: "0.004", deductionUsd: "0" },
          { notionalCapUsd: "800000", maintenanceRate: "0.005", deductionUsd: "300" },
          { notionalCapUsd: "3000000", maintenanceRate: "0.0065", deductionUsd: "1500" },
          { notionalCapUsd: "12000000", maintenanceRate: "0.01", deductionUsd: "12000" },
        ],
      },
    });
  });

  it.each<[string, string, object]>([
    ["account-config", "hedge", { positionMode: "hedge" }],
    ["account-config", "multiAssets", { multiAssets: true }],
    ["account-config", "noTrading", { mayTrade: false }],
    ["fee-burn", "on", { feesInCoin: true }],
    ["key-restrictions", "mayWithdraw", { key: { mayTrade: true, mayWithdraw: true, isAddressBound: true } }],
    [
      "key-restrictions",
      "mayNotTrade",
      { key: { mayTrade: false, mayWithdraw: false, isAddressBound: true } },
    ],
    [
      "key-restrictions",
      "anyAddress",
      { key: { mayTrade: true, mayWithdraw: false, isAddressBound: false } },
    ],
    ["symbol-config", "isolated", { symbols: { BTCUSDT: { marginType: "isolated", leverage: 20 } } }],
    ["symbol-config", "flagAsText", { symbols: { BTCUSDT: { marginType: "cross", leverage: 21 } } }],
  ])("say what %s says when it is %s", async (file, name, expected) => {
    expect(await settings(named(file, name))).toMatchObject(expected);
  });

  it("have no key permissions where a test network has no wallet interface", async () => {
    const missing = { "key-restrictions": refusalOf("notFound") };
    expect((await venueSaying(missing, "https://testnet.example").fetchSettings(["BTCUSDT"])).key).toBeNull();
    expect(await failureOf(settings(missing))).toMatchObject({ kind: "rejected", code: "HTTP_404" });
  });

  it.each(Object.keys(USUAL))("are none when %s is not answered", async (file) => {
    expect(await failureOf(settings({ [file]: refusalOf("firewall403") }))).toMatchObject({ kind: "banned" });
    expect(await failureOf(settings({ [file]: json({ of: "another shape" }) }))).toMatchObject({
      kind: "retryable",
      code: "UNREADABLE",
    });
  });

  it.each<[string, object]>([
    ["account-config", { feesInCoin: true, key: { mayTrade: true }, symbols: { BTCUSDT: { leverage: 10 } } }],
    ["fee-burn", { mayTrade: true, key: { mayTrade: true }, symbols: { BTCUSDT: { leverage: 10 } } }],
    ["key-restrictions", { mayTrade: true, feesInCoin: true, symbols: { BTCUSDT: { leverage: 10 } } }],
    ["symbol-config", { mayTrade: true, feesInCoin: true, key: { mayTrade: true } }],
    ["leverage-bracket", { mayTrade: true, symbols: { BTCUSDT: { marginType: "cross", leverage: 10 } } }],
  ])("are known but for %s, when that alone is not answered", async (file, known) => {
    const answers = { ...named("fee-burn", "on"), [file]: refusalOf("firewall403") };
    const failure = await failureOf(settings(answers));
    expect(failure).toBeInstanceOf(SettingsIncompleteError);
    expect((failure as SettingsIncompleteError).known).toMatchObject(known);
    const whole = await settings();
    const missing = Object.keys(whole).filter(
      (part) => !Object.hasOwn((failure as SettingsIncompleteError).known, part),
    );
    const ofFile: Readonly<Record<string, readonly string[]>> = {
      "account-config": ["positionMode", "multiAssets", "mayTrade"],
      "fee-burn": ["feesInCoin"],
      "key-restrictions": ["key"],
      "symbol-config": ["symbols"],
      "leverage-bracket": [],
    };
    expect(missing.filter((part) => part !== "asOfMs")).toEqual(ofFile[file]);
  });

  it("say the same by the endpoints of one setting each", () => {
    expect(answerOf("position-mode", "hedge")).toEqual({ dualSidePosition: true });
    expect(answerOf("multi-assets-mode", "multi")).toEqual({ multiAssetsMargin: true });
  });
});
