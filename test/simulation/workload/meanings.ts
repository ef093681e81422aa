// Items about the meaning of what arrives: two alerts under one id, exits with fields that cannot be read, rows of the venue's
// lists in an odd shape. Drawn apart from the others: a seed's other items stay what they were.
import type { Random } from "../engine/random.ts";
import type { SimAlert, SimHook } from "../platform/front.ts";
import { FIRST_ITEM_MS, type Item, type OddRow } from "./items.ts";
import type { RunSetup } from "./setup.ts";

/** Values that people report of templates: none of them says how much, at which price, or of which size. */
const JUNK = ["1 234.5", "1,5", "NaN", "", "{{plot_0}}", "0", "-", "x\u200by", "\uff11\uff12"] as const;
/** Fields that an exit does not need. */
const UNNEEDED = ["qtyBase", "navBps", "contracts", "price", "open", "plot_0", "sizeFrom", "close"] as const;

/** One field of one row, by the list that it stands in; the value is none that the field may have. */
const ODD_ROWS: readonly Omit<OddRow, "subject">[] = [
  { list: "/fapi/v3/positionRisk", field: "positionAmt", value: "" },
  { list: "/fapi/v3/positionRisk", field: "entryPrice", value: "soon" },
  { list: "/fapi/v3/account", field: "positionAmt", value: null },
  { list: "/fapi/v3/account", field: "unrealizedProfit", value: "" },
  { list: "/fapi/v1/ticker/bookTicker", field: "bidPrice", value: "" },
  { list: "/fapi/v1/openOrders", field: "status", value: "PENDING_NEW" },
  { list: "/fapi/v1/openAlgoOrders", field: "algoStatus", value: "PAUSED" },
  { list: "/fapi/v1/exchangeInfo", field: "filters", value: null },
];

export function drawMeanings(random: Random, setup: RunSetup): readonly Item[] {
  const items: Item[] = [];
  if (random.chance(0.3)) items.push(...repeated(random, (key) => drawTwins(random, setup, key)));
  if (random.chance(0.3)) items.push(...repeated(random, (key) => [drawJunkExit(random, setup, key)]));
  if (random.chance(0.15)) items.push(...repeated(random, () => [drawOddRow(random, setup)]));
  return items;
}

function repeated(random: Random, draw: (key: string) => readonly Item[]): readonly Item[] {
  return Array.from({ length: random.int(1, 3) }, (_, index) => draw(String(index))).flat();
}

/** Two alerts of one second under one id, and each of them perhaps once more. */
function drawTwins(random: Random, setup: RunSetup, key: string): readonly Item[] {
  const { hook, symbol, afterMs, timenow } = drawMoment(random, setup);
  const other = random.pick(setup.symbols).symbol;
  const id = `Long-${key}`;
  const entry = { id, timenow, symbol, action: "open", side: random.pick(["long", "short"]) };
  const second = random.chance(0.7)
    ? { id, timenow, symbol: random.pick([symbol, other]), action: random.pick(["close", "flat"]) }
    : { ...entry, notionalUsd: "150" };
  const alerts = [entry, second].map((fields, place) => alertOf(hook, `twin-${key}-${place}`, fields, id));
  return alerts.flatMap((alert) =>
    Array.from({ length: random.int(1, 2) }, () => ({
      afterMs: afterMs + random.int(0, 700),
      happening: { kind: "alert", alert } as const,
    })),
  );
}

function drawJunkExit(random: Random, setup: RunSetup, key: string): Item {
  const { hook, symbol, afterMs, timenow } = drawMoment(random, setup);
  const names = Array.from({ length: random.int(1, 3) }, () => random.pick(UNNEEDED));
  const junk = Object.fromEntries(names.map((name) => [name, random.pick(JUNK)]));
  const part = random.chance(0.3)
    ? { action: "reduce", reducePct: random.pick(["50%", "33.3333", "100"]) }
    : null;
  const fields = { symbol, timenow, action: "close", ...part, ...junk };
  return {
    afterMs,
    happening: { kind: "alert", alert: alertOf(hook, `junk-${key}`, fields, `junk-${key}`) },
  };
}

function alertOf(
  hook: SimHook,
  key: string,
  fields: Readonly<Record<string, string>>,
  webhookId: string,
): SimAlert {
  const action = fields.action === "flat" ? "close" : (fields.action ?? "");
  return {
    key,
    hook,
    webhookId,
    body: JSON.stringify(fields),
    wants: { action, symbol: fields.symbol ?? "" },
  };
}

function drawMoment(random: Random, setup: RunSetup) {
  const hook = random.pick(random.pick(setup.accounts).hooks);
  const afterMs = random.int(FIRST_ITEM_MS, setup.trialMs);
  const timenow = new Date(setup.startMs + afterMs - random.int(0, 900)).toISOString();
  return { hook, symbol: random.pick(setup.symbols).symbol, afterMs, timenow };
}

function drawOddRow(random: Random, setup: RunSetup): Item {
  const row: OddRow = { ...random.pick(ODD_ROWS), subject: random.pick(setup.symbols).symbol };
  const afterMs = random.int(FIRST_ITEM_MS, setup.trialMs);
  return { afterMs, happening: { kind: "oddRow", row, durationMs: random.int(20_000, 150_000) } };
}
