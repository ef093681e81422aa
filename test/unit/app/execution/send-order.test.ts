// Guards the last step before the venue: what is sent is the stored record, and nothing that is not stored as being sent.
import { expect, it } from "vitest";
import type { Order } from "#domain/documents/order.ts";
import { paths } from "#domain/documents/paths.ts";
import { loadBooks } from "#functions/app/books/load-books.ts";
import { UnusableDocumentError } from "#functions/app/documents/codec.ts";
import { executeIntent } from "#functions/app/execution/execute-intent.ts";
import { sendOrder } from "#functions/app/execution/send-order.ts";
import { ACCOUNT, createWorld, givenIntent, messageOf, type World } from "#test/support/world.ts";

const CONTEXT = { actor: "test", mayRelease: false } as const;
const orderPosts = ({ requests }: World): number =>
  requests.filter((request) => request === "POST /fapi/v1/order").length;

/** An order that rests at the venue. */
async function restingOrder(world: World): Promise<string> {
  const executor = world.instance("executor");
  await executeIntent(executor, messageOf(world, givenIntent(world, { strategyId: "patient" })));
  const [order] = world.under<Order>(paths.orders(ACCOUNT));
  return order?.request.clientOrderId ?? "";
}

it.each([
  ["that nobody stored", () => "b-0123456789abcdef"],
  ["whose sending has been answered", (resting: string) => resting],
])("an order %s does not go out", async (_, idOf) => {
  const world = await createWorld();
  const resting = await restingOrder(world);
  const instance = world.instance("executor");
  const books = await loadBooks(instance, ACCOUNT);
  expect(books.orders[resting]?.status).toBe("ACCEPTED");
  await expect(sendOrder(instance, books, idOf(resting), CONTEXT)).rejects.toThrow(UnusableDocumentError);
  expect(orderPosts(world)).toBe(1);
});
