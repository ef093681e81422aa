// Admin actions that change the engine: prices, mood, funds, accounts. Each is repeatable from its input
// alone, because it is replayed after a restart.

import { changeSettings, SETTING_NAMES, settingsOf } from "../engine/account-settings.ts";
import { jumpPrice } from "../engine/advance.ts";
import { openAccount } from "../engine/create-engine.ts";
import { e8 } from "../engine/decimal.ts";
import { type Engine, positionOf, symbolStateOf } from "../engine/engine.ts";
import { bookIncome, SETTLEMENT_ASSET } from "../engine/fills.ts";
import { deleverage } from "../engine/liquidation.ts";
import { accountMargin, withdrawableUsdE8 } from "../engine/margin.ts";
import { crashGap, REGIMES } from "../engine/regimes.ts";
import type { Account } from "../engine/state.ts";
import { AdminInput, AdminInputError } from "./input.ts";

export const DEFAULT_ACCOUNT_ID = "local";

type Action = (engine: Engine, input: AdminInput) => unknown;

function listedSymbol(engine: Engine, input: AdminInput): string {
  const symbol = input.text("symbol");
  if (engine.specs.has(symbol)) return symbol;
  throw new AdminInputError(
    `symbol ${symbol} is not listed; listed are ${[...engine.specs.keys()].join(", ")}`,
  );
}

function namedAccount(engine: Engine, input: AdminInput): Account {
  const id = input.has("accountId") ? input.text("accountId") : DEFAULT_ACCOUNT_ID;
  const account = engine.state.accounts.get(id);
  if (account !== undefined) return account;
  throw new AdminInputError(
    `accountId ${id} does not exist; there are ${[...engine.state.accounts.keys()].join(", ")}`,
  );
}

/** {symbol, priceUsd}: the mid price is there at once; stops, resting orders and liquidations follow. */
const price: Action = (engine, input) => {
  const symbol = listedSymbol(engine, input);
  const priceUsd = input.number("priceUsd");
  if (priceUsd <= 0) throw new AdminInputError("priceUsd must be above 0");
  jumpPrice(engine, symbol, priceUsd);
  return { symbol, midUsd: symbolStateOf(engine, symbol).midUsd };
};

/** {percent, symbol?}: moves one price, or all, by a percentage at once. */
const jump: Action = (engine, input) => {
  const percent = input.number("percent");
  if (percent <= -100) throw new AdminInputError("percent must be above -100");
  const symbols = input.has("symbol") ? [listedSymbol(engine, input)] : [...engine.specs.keys()];
  for (const symbol of symbols)
    jumpPrice(engine, symbol, symbolStateOf(engine, symbol).midUsd * (1 + percent / 100));
  return { moved: symbols };
};

/** {regime}: calm, trend, volatile or crash. A crash opens with its gap. */
const regime: Action = (engine, input) => {
  const wanted = input.text("regime");
  const found = REGIMES.find((name) => name === wanted);
  if (found === undefined) throw new AdminInputError(`regime must be one of ${REGIMES.join(", ")}`);
  engine.state.regime = found;
  const gap = found === "crash" ? crashGap(engine.state.priceRandom) : 0;
  for (const spec of engine.specs.values()) {
    jumpPrice(engine, spec.symbol, symbolStateOf(engine, spec.symbol).midUsd * (1 + spec.beta * gap));
  }
  return { regime: found };
};

const setPaused =
  (paused: boolean): Action =>
  (engine) => {
    engine.state.paused = paused;
    engine.revision += 1;
    return { paused };
  };

/** {amountUsd} of USDT, or {asset, qty} of any other. */
function namedAmount(input: AdminInput): {
  readonly asset: string;
  readonly amountE8: bigint;
  readonly field: string;
} {
  return input.has("asset")
    ? { asset: input.text("asset"), amountE8: input.amountE8("qty"), field: "qty" }
    : { asset: SETTLEMENT_ASSET, amountE8: input.amountE8("amountUsd"), field: "amountUsd" };
}

/** {amountUsd | asset, qty, accountId?} */
const deposit: Action = (engine, input) => {
  const account = namedAccount(engine, input);
  const { asset, amountE8 } = namedAmount(input);
  bookIncome(engine, account, {
    type: "TRANSFER",
    symbol: "",
    amountE8,
    info: "DEPOSIT",
    asset,
  });
  return { accountId: account.id };
};

/** {amountUsd | asset, qty, accountId?}: refused above what may leave. */
const withdraw: Action = (engine, input) => {
  const account = namedAccount(engine, input);
  const { asset, amountE8, field } = namedAmount(input);
  const mayLeaveE8 =
    asset === SETTLEMENT_ASSET
      ? withdrawableUsdE8(accountMargin(engine, account))
      : (account.otherE8.get(asset) ?? 0n);
  if (amountE8 > mayLeaveE8) throw new AdminInputError(`${field} is more than is available`);
  bookIncome(engine, account, {
    type: "TRANSFER",
    symbol: "",
    amountE8: -amountE8,
    info: "WITHDRAW",
    asset,
  });
  return { accountId: account.id };
};

const INCOME_TYPES = ["REALIZED_PNL", "FUNDING_FEE", "COMMISSION", "INSURANCE_CLEAR"] as const;

/** {incomeType, gainUsd | lossUsd, accountId?}: what trading would have booked, without the trade. */
const income: Action = (engine, input) => {
  const account = namedAccount(engine, input);
  const wanted = input.text("incomeType");
  const type = INCOME_TYPES.find((name) => name === wanted);
  if (type === undefined) throw new AdminInputError(`incomeType must be one of ${INCOME_TYPES.join(", ")}`);
  const amountE8 = input.has("lossUsd") ? -input.amountE8("lossUsd") : input.amountE8("gainUsd");
  bookIncome(engine, account, { type, amountE8, symbol: "" });
  return { accountId: account.id };
};

/** {accountId, apiKey, secret, balanceUsdt}: opens an account, or gives an existing one another key. */
const account: Action = (engine, input) => {
  const setup = { id: input.text("accountId"), apiKey: input.text("apiKey"), secret: input.text("secret") };
  const balanceUsdt = input.text("balanceUsdt");
  e8(balanceUsdt);
  openAccount(engine, { ...setup, balanceUsdt });
  engine.revision += 1;
  return { accountId: setup.id };
};

/** {symbol, share?, accountId?}: auto-deleveraging takes a share of the position, or all of it. */
const adl: Action = (engine, input) => {
  const symbol = listedSymbol(engine, input);
  const share = input.has("share") ? input.number("share") : 1;
  if (share <= 0 || share > 1) throw new AdminInputError("share must be above 0 and at most 1");
  return { symbol, lots: deleverage(engine, namedAccount(engine, input), symbol, share) };
};

/** {setting: true | false …, accountId?}: changes account settings as a person would at the venue. */
const settings: Action = (engine, input) => {
  const account = namedAccount(engine, input);
  const named = SETTING_NAMES.filter((name) => input.has(name));
  if (named.length === 0) throw new AdminInputError(`Name one of ${SETTING_NAMES.join(", ")}`);
  changeSettings(account, Object.fromEntries(named.map((name) => [name, input.flag(name)])));
  engine.revision += 1;
  return { accountId: account.id, ...settingsOf(account) };
};

/**
 * {symbol, leverage?, marginType?, accountId?}: as a person would change them at the venue. The margin type changes only
 * while nothing is held, as there.
 */
const symbolSettings: Action = (engine, input) => {
  const account = namedAccount(engine, input);
  const position = positionOf(account, listedSymbol(engine, input));
  if (input.has("leverage")) position.leverage = input.number("leverage");
  if (input.has("marginType")) {
    const wanted = input.text("marginType");
    if (wanted !== "CROSSED" && wanted !== "ISOLATED")
      throw new AdminInputError("marginType must be CROSSED or ISOLATED");
    if (position.lots !== 0) throw new AdminInputError("marginType changes only while nothing is held");
    position.marginType = wanted;
  }
  engine.revision += 1;
  return { leverage: position.leverage, marginType: position.marginType };
};

const ENGINE_ACTIONS = {
  price,
  jump,
  regime,
  pause: setPaused(true),
  resume: setPaused(false),
  deposit,
  withdraw,
  income,
  account,
  adl,
  settings,
  symbolSettings,
} as const satisfies Record<string, Action>;

type EngineAction = keyof typeof ENGINE_ACTIONS;

export const isEngineAction = (name: string): name is EngineAction => Object.hasOwn(ENGINE_ACTIONS, name);

/** Runs an action on checked input. Throws AdminInputError for input it cannot use. */
export function runEngineAction(engine: Engine, name: EngineAction, input: unknown): unknown {
  return ENGINE_ACTIONS[name](engine, new AdminInput(input));
}
