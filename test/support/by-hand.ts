// An order from somebody who has the default account's keys and does not go through the product.
import { createHmac } from "node:crypto";
import type { World } from "./world.ts";

const SECRET = "local-secret";
const API_KEY = "local-key";

/** `fields` as Binance takes them: `{ symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.01" }`. */
export function orderByHand(world: World, fields: Readonly<Record<string, string>>): void {
  requestByHand(world, "POST", fields);
}

/** `fields` name the order: `{ symbol: "BTCUSDT", origClientOrderId: "b…" }`. */
export function cancelByHand(world: World, fields: Readonly<Record<string, string>>): void {
  requestByHand(world, "DELETE", fields);
}

function requestByHand(
  world: World,
  method: "POST" | "DELETE",
  fields: Readonly<Record<string, string>>,
): void {
  const unsigned = new URLSearchParams({ ...fields, timestamp: String(world.clock.nowMs()) }).toString();
  const signature = createHmac("sha256", SECRET).update(unsigned).digest("hex");
  const response = world.exchange.handle({
    method,
    path: "/fapi/v1/order",
    query: "",
    body: `${unsigned}&signature=${signature}`,
    headers: { "x-mbx-apikey": API_KEY },
  });
  if (response.status !== 200) throw new Error(`The request by hand was refused: ${response.body}`);
}
