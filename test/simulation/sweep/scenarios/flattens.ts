// Everything is closed on an operator's word, whatever is struck on the way.
import { createHmac } from "node:crypto";
import { keysOf } from "#test/simulation/workload/account-keys.ts";
import { ACCOUNT, DEEP, OTHER } from "../account.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const FLATTEN = { kind: "flatten", accountId: ACCOUNT } as const;
const BY_STEPS = "a closing order that is struck is followed by one of the next step";
/** Bounded orders, the doubt about one of them, and a worker that has to be overtaken. */
const FLATTEN_MS = 120_000;
/** Of the price: inside what the venue accepts, and far from any trade. */
const FAR_BELOW = 0.9;

/** Somebody who has the account's keys leaves an order in the book that nothing will fill. */
function restByHand({ world, nowMs }: Stage): void {
  const { apiKey, secret } = keysOf(ACCOUNT);
  const midUsd = world.exchange.engine.state.symbols.get(DEEP)?.midUsd ?? 0;
  const order = `symbol=${DEEP}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.010&price=${Math.floor(midUsd * FAR_BELOW)}`;
  const unsigned = `${order}&timestamp=${nowMs}`;
  const signature = createHmac("sha256", secret).update(unsigned).digest("hex");
  const answer = world.exchange.handle({
    method: "POST",
    path: "/fapi/v1/order",
    query: "",
    body: `${unsigned}&signature=${signature}`,
    headers: { "x-mbx-apikey": apiKey },
  });
  if (answer.status !== 200) throw new Error(`The exchange did not take an order by hand: ${answer.status}`);
}

async function holdTwo(stage: Stage): Promise<void> {
  await stage.signal("earlier");
  await stage.signal("beside", { symbol: OTHER, side: "short" });
  await stage.run(5_000);
}

export const flattens: readonly Scenario[] = [
  {
    name: "a flatten of two groups",
    before: holdTwo,
    trial: (stage) => stage.happen(FLATTEN),
    trialMs: FLATTEN_MS,
    mayDiffer: { orders: BY_STEPS },
  },
  {
    name: "a flatten beside an order that somebody left at the venue by hand",
    before: async (stage) => restByHand(stage),
    trial: (stage) => stage.happen(FLATTEN),
    trialMs: FLATTEN_MS,
  },
];
