// Ids in the form of ours under which hands place orders at the venue, and by them whose an order there is: the workload knows,
// and the product's documents are not asked.
import { CLIENT_ORDER_ID, clientOrderId } from "#domain/documents/ids.ts";

/** Of each account. */
export const IDS_TAKEN = 9;

interface OrderName {
  readonly accountId: string;
  readonly clientOrderId: string;
}

/** `number` from 1 to IDS_TAKEN. */
export function idTakenByHand(accountId: string, number: number): string {
  return clientOrderId(accountId, `forgotten-${number}`, 0);
}

export function isInOurName({ accountId, clientOrderId: id }: OrderName): boolean {
  return Array.from({ length: IDS_TAKEN }, (_, place) => idTakenByHand(accountId, place + 1)).includes(id);
}

/** Whether the product gave the order its id; people who trade by hand give others, or those above. */
export function isOurOrder(order: OrderName): boolean {
  return CLIENT_ORDER_ID.test(order.clientOrderId) && !isInOurName(order);
}
