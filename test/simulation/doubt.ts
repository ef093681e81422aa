// Whether the books still have orders or stops whose fate at the venue is open. Healing goes on until
// none is left: how long the product takes to believe an absence is its own affair, and not the simulator's.
import type { ControlState } from "#domain/documents/control.ts";
import type { Order } from "#domain/documents/order.ts";
import type { DocumentData } from "#ports/documents.ts";

/** A doubt that lasts longer than this is a fault: a person would have had to look long before. */
export const LONGEST_DOUBT_MS = 30 * 60_000;

export function isInDoubt(documents: Readonly<Record<string, DocumentData>>): boolean {
  return Object.entries(documents).some(([path, data]) => {
    if (path.includes("/orders/")) return isOpenQuestion(data as unknown as Order);
    if (!path.endsWith("/control/state")) return false;
    const { stopsToCancel } = data as unknown as ControlState;
    return Object.keys(stopsToCancel ?? {}).length > 0;
  });
}

function isOpenQuestion({ status }: Order): boolean {
  return status === "SUBMITTING" || status === "SUBMIT_UNKNOWN";
}
