// The webhook's rules in the frame: its addresses, its words, and the request that receiving a signal is given.
import type { ReceiveSignal } from "#app/receive";
import { clientAddress } from "#app/receive";
import type { Deadline } from "#ports/deadline.ts";
import type { Logger } from "#ports/logger.ts";
import { type FramedRequest, type HttpRules, httpFront } from "./http-front.ts";

/** Larger than any alert (TradingView's message is far below it), small enough to hold forty at once in 256 MiB. */
const MAX_BODY_BYTES = 64 * 1_024;

export interface WebhookDeps {
  readonly receiveSignal: ReceiveSignal;
  readonly deadline: Deadline;
  readonly logger: Logger;
}

interface HookAddress {
  readonly hookId: string;
  readonly token: string | null;
}

/** `/hooks/{hookId}` or `/hooks/{hookId}/{token}`; Google's function address has the first segment taken off. */
export function hookAddress(path: string): HookAddress | null {
  const segments = path.split("/").filter((segment) => segment !== "");
  const [hookId, token, ...rest] = segments[0] === "hooks" ? segments.slice(1) : segments;
  if (hookId === undefined || rest.length > 0) return null;
  return { hookId, token: token ?? null };
}

const RULES: HttpRules<HookAddress, WebhookDeps> = {
  checksFirst: "method",
  targetOf: hookAddress,
  maxBodyBytes: MAX_BODY_BYTES,
  words: {
    wrongMethod: "Signals are sent with POST",
    wrongAddressRemedy: "Send signals to /hooks/{hookId}",
    bodyTooLargeRemedy: "Send the alert's fields only",
    // Receiving reports the faults of later steps itself.
    unavailable: "The signal could not be received; nothing was stored",
    unavailableRemedy: "Send it again; the operator's log has the cause",
    failed: "A webhook request failed; nothing was stored",
  },
  receive: ({ receiveSignal }, { hookId, token }, { query, headers, rawBody, ...line }: FramedRequest) =>
    receiveSignal({
      hookId,
      addressToken: token ?? queryToken(query),
      headers,
      rawBody,
      sourceAddress: clientAddress(line.forwardedFor, line.peerAddress),
    }),
};

/** `reportUnusable` is told when the dependencies cannot be made, because the logger is one of them. */
export function webhookHandler(deps: () => WebhookDeps, reportUnusable: (error: unknown) => void) {
  return httpFront(RULES, { deps, reportUnusable });
}

/** A parameter that was sent twice names no token. */
function queryToken(query: URLSearchParams): string | null {
  const [token = "", ...more] = query.getAll("token");
  return token === "" || more.length > 0 ? null : token;
}
