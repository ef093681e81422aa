// Alert bodies for the fuzzer: good ones, as a template fills them in, and ones made of what goes wrong in them.
import type { Random } from "./random.ts";

export interface AlertBody {
  readonly text: string;
  /** True when a proved sender of it is owed an intent. */
  readonly good: boolean;
  /** True when every secret in it stands under a name that says so, in a form that a reader can take apart. */
  readonly secretsNamed: boolean;
}

/** Opens every secret that the fuzzer makes up; capitals, because derived ids have none and may spell anything else. */
export const MADE_UP_SECRET = "MadeUp0";

const SECRET_NAMES = [
  "password",
  "secret",
  "apiKey",
  "api_key",
  "passphrase",
  "privateKey",
  "authorization",
  "accessToken",
  "auth",
  "pin",
  "pwd",
  "key",
  "licenseId",
  "credential",
  "broker.secret",
] as const;
const NAMES = [
  "symbol",
  "ticker",
  "action",
  "side",
  "timenow",
  "time",
  "id",
  "notionalUsd",
  "qtyBase",
  "navBps",
  "riskPct",
  "freeBps",
  "volatilityTargetPct",
  "volatilityPct",
  "stopLossPct",
  "stopLossPriceUsd",
  "takeProfits",
  "breakEvenAfter",
  "trailing_pct",
  "timeLimitMinutes",
  "safetyOrders",
  "safetyStepPct",
  "safetyVolumeScale",
  "pyramidMax",
  "stopLoss",
  "reducePct",
  "reduceBps",
  "sizeFrom",
  "qty",
  "contracts",
  "strategy.order.action",
  "strategy_order_id",
  "marketPosition",
  "prevMarketPosition",
  "strategy.market_position_size",
  "plot_0",
  "comment",
  "close",
  "__proto__",
  "__x__",
  "constructor",
  "",
  "a.b",
  "extra",
] as const;
const VALUES = [
  "BTCUSDT",
  "X:AAAUSDT.P/X:BBBUSDT.P",
  "1000/BTCUSDT",
  "BTCUSDT\u200b",
  "\uff22TCUSDT",
  "BINANCE:ETHUSDT.P",
  "btc/usdt",
  "buy",
  "sell",
  "close",
  "reduce",
  "long",
  "short",
  "flat",
  "100.10",
  "0",
  "-1",
  "1e-7",
  "1e400",
  "99999999999999999999999999999999",
  "NaN",
  "{{close}}",
  "",
  "50",
  "2%:50,4%:50",
  '[{"pct":2,"sharePct":50}]',
  "contracts",
  "target",
  "2026-01-02T03:04:05Z",
  "2026-01-02",
  "1767323045",
  "\ud800",
  "a\u0000b",
] as const;
const MAX_FIELDS = 8;

/** Where a body holds the token of its hook: as the field of that name, or in words, as templates copied carelessly. */
export interface TokenUse {
  readonly token: string;
  readonly place: "field" | "words";
}

/** `nowMs` is the receiver's time: a good alert fired just before. */
export function alertBody(random: Random, nowMs: number, use: TokenUse | null): AlertBody {
  const good = random.chance(0.5);
  const fields = good ? goodFields(random, nowMs) : oddFields(random, nowMs);
  if (use?.place === "field") fields.push(["token", JSON.stringify(use.token)]);
  if (use?.place === "words") fields.push(wordsWith(random, use.token));
  if (random.chance(0.2)) return withSecret(random, fields);
  const text = random.chance(0.7) ? jsonText(random, fields) : pairsText(fields);
  return { text, good, secretsNamed: true };
}

type Field = readonly [name: string, json: string];

function goodFields(random: Random, nowMs: number): Field[] {
  const firedAt = JSON.stringify(new Date(nowMs - random.int(2_000)).toISOString());
  const symbol = random.pick(["BTCUSDT", "BINANCE:ETHUSDT.P", "SOLUSDT"]);
  const fields: Field[] = [
    ["symbol", JSON.stringify(symbol)],
    ["timenow", firedAt],
  ];
  switch (random.int(5)) {
    case 4:
      // An exit is owed its intent whatever stands in the fields that it does not need.
      return [...fields, ["action", random.pick(['"close"', '"flat"', '"exit"'])], ...unneeded(random)];
    case 0:
      return [
        ...fields,
        ["action", '"buy"'],
        ["notionalUsd", random.pick(['"100"', "100.50", "1000"])],
        ...random.pick(GOOD_PLANS),
      ];
    case 1:
      return [...fields, ["action", '"close"'], ["id", JSON.stringify(random.hex(6))]];
    case 2:
      return [...fields, ["action", '"reduce"'], ["reducePct", '"50"']];
    default:
      return [
        ...fields,
        ["strategy.order.action", '"sell"'],
        ["strategy.market_position", '"short"'],
        ["strategy.prev_market_position", '"flat"'],
      ];
  }
}

/** Of a long. A list cannot stand in text of pairs, its compact spelling can. */
const GOOD_PLANS: readonly [Field[], ...Field[][]] = [
  [],
  [],
  [["stopLossPct", '"1.5"']],
  [
    ["stop_loss_bps", "150"],
    ["takeProfits", '"1R:50,2R:50"'],
    ["breakEvenAfter", "1"],
  ],
];

function unneeded(random: Random): Field[] {
  const names = random.pick([
    ["open", "qtyBase"],
    ["plot_0", "contracts"],
    ["price", "navBps", "reducePct"],
  ]);
  return names.map((name) => [name, JSON.stringify(random.pick(UNREADABLE_VALUES))]);
}

const UNREADABLE_VALUES = [
  "1 234.5",
  "NaN",
  "0",
  "1,5",
  "",
  "{{close}}",
  "-1",
  "x\u200b",
  "\uff11",
  "50%",
] as const;

function oddFields(random: Random, nowMs: number): Field[] {
  const fields = random.chance(0.5) ? goodFields(random, nowMs) : [];
  for (let left = random.int(MAX_FIELDS); left > 0; left -= 1) {
    const name = random.chance(0.9) ? random.pick(NAMES) : random.text(12);
    fields.splice(random.int(fields.length + 1), 0, [name, oddValue(random, 0)]);
  }
  return fields;
}

function wordsWith(random: Random, token: string): Field {
  const words = random.pick([
    token,
    `sent with ${token}`,
    `https://host/hooks/x/${token}?a=b`,
    `{{${token}}}`,
  ]);
  return [random.pick(["comment", "extra", "alert_message", "action", token]), JSON.stringify(words)];
}

/** JSON text of a value; nested now and then. */
function oddValue(random: Random, depth: number): string {
  if (depth < 8 && random.chance(0.12)) {
    const inner = oddValue(random, depth + 1);
    return random.chance(0.5) ? `[${inner}]` : `{${JSON.stringify(random.pick(NAMES))}:${inner}}`;
  }
  switch (random.int(6)) {
    case 0:
      return random.pick(["null", "true", "false", "NaN", "{{close}}", "-", ""]);
    case 1:
      return random.pick(["0", "-0", "1e400", "123456789012345678901234567890", "0.1", "-5"]);
    case 2:
      return JSON.stringify(random.text(20));
    default:
      return JSON.stringify(random.pick(VALUES));
  }
}

/** A secret under its name: as text, nested, in a list, with an escaped name, and in text that is no longer JSON. */
function withSecret(random: Random, fields: Field[]): AlertBody {
  const secret = MADE_UP_SECRET + random.hex(8);
  const name = random.pick(SECRET_NAMES);
  if (random.chance(0.3)) {
    const text = pairsText([...fields, [name, JSON.stringify(secret)]]);
    return { text, good: false, secretsNamed: true };
  }
  const value = JSON.stringify(secret);
  const shaped = random.pick([value, value, `[${value}]`, `{"value":${value}}`, `[{"a":1},{"b":${value}}]`]);
  const placed: Field[] = [...fields];
  placed.splice(random.int(fields.length + 1), 0, [random.chance(0.2) ? escaped(name) : name, shaped]);
  const text = jsonText(random, placed);
  if (!isJson(text)) return { text, good: false, secretsNamed: false };
  if (shaped !== value || text.includes("\\u") || random.chance(0.7))
    return { text, good: false, secretsNamed: true };
  return { text: random.pick([`${text}}`, text.slice(0, -1), `${text} x`]), good: false, secretsNamed: true };
}

/** The first character as a JSON escape, to be put into quotes as it is. */
function escaped(name: string): string {
  return `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function jsonText(random: Random, fields: readonly Field[]): string {
  const space = random.pick(["", "", " ", "\n  "]);
  const parts = fields.map(([name, json]) => {
    const quoted = name.startsWith("\\u00") ? `"${name}"` : JSON.stringify(name);
    return `${space}${quoted}:${space}${json}`;
  });
  return `{${parts.join(",")}}`;
}

function pairsText(fields: readonly Field[]): string {
  return fields
    .map(([name, json]) => `${name}=${/^"[^\s,;"\\]*"$/.test(json) ? json.slice(1, -1) : json}`)
    .join(" ");
}
