// A signal as a person sends it to the running stack: it is filled at the exchange, and the page shows the fill.
import { describe, expect, it } from "vitest";
import { alertBody } from "#local/stack/alert.ts";
import { keepScreenshots, signedInPage } from "../operator-page.ts";
import { freshTimeText, postAlert } from "./alerts.ts";
import { type RunningStack, STEP_TIMEOUT_MS } from "./running-stack.ts";

interface Alert {
  readonly contentType: string;
  readonly body: (timeText: string, hookToken: string) => string;
}

const JSON_ALERT: Alert = { contentType: "application/json", body: alertBody };
const TEXT_ALERT: Alert = {
  contentType: "text/plain; charset=utf-8",
  body: (timeText) => `action=buy symbol=ETHUSDT notionalUsd=400 timenow=${timeText}`,
};

/** Posts the alert and resolves with the id of the order that it became. */
async function orderOf({ stack }: RunningStack, { contentType, body }: Alert): Promise<string> {
  const path = await postAlert(stack, contentType, body(freshTimeText(), stack.hookToken));
  return stack.database.waitFor(path, "order", STEP_TIMEOUT_MS, (receipt) =>
    typeof receipt.clientOrderId === "string" ? receipt.clientOrderId : null,
  );
}

export function signals(running: () => RunningStack): void {
  describe("a signal sent to the running stack", () => {
    it.each([
      ["JSON", JSON_ALERT],
      ["text", TEXT_ALERT],
    ])(
      "as curl sends it (%s) is filled, and the fill appears on the page",
      async (format, alert) => {
        const { stack, browser } = running();
        const page = await signedInPage(stack, browser);
        const clientOrderId = await orderOf(running(), alert);
        const row = page.getByTestId(`order-row-${clientOrderId}`);
        await row.getByText(/filled/i).waitFor();
        await keepScreenshots(page, `filled-${format.toLowerCase()}`);
        const { orders } = await stack.exchangeState();
        expect(orders.filter((order) => order.clientOrderId === clientOrderId)).toMatchObject([
          { status: "FILLED" },
        ]);
        await page.context().close();
      },
      3 * STEP_TIMEOUT_MS,
    );
  });
}
