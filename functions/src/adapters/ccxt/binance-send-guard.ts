// The send guard of orders and stops. A creation leaves once, is void after its deadline, and carries exactly
// the fields of its stored record. A difference is refused, and the refusal is booked and told like the
// venue's own; the guard must not repair it.

import type { HttpRequest } from "#adapters/http/http-transport.ts";
import { type DecimalString, dec, isDecimalString } from "#domain/decimal.ts";
import type { OrderRequest } from "#domain/documents/order.ts";
import type { Clock } from "#ports/clock.ts";
import { type StopRequest, VenueError } from "#ports/venue.ts";
import type { BinanceClient } from "./binance-client.ts";
import { sendWindowMs } from "./binance-window.ts";

/**
 * The price that fires a stop: the mark price, by which the venue also liquidates. One trade in a thin book
 * moves the last price and leaves the mark price alone, so the floor fires only on a price of the market.
 */
export const STOP_WORKING_TYPE = "MARK_PRICE";

/** Which requests are guarded, and by which field they are told apart. */
interface Guarded {
  readonly noun: "order" | "stop";
  readonly path: string;
  readonly idField: string;
}

export const ORDERS: Guarded = { noun: "order", path: "/fapi/v1/order", idField: "newClientOrderId" };
export const STOPS: Guarded = { noun: "stop", path: "/fapi/v1/algoOrder", idField: "clientAlgoId" };

/** The fields of a record on the wire. Beside them, only the fields that sign the request may go out. */
interface WireFields {
  readonly clientId: string;
  readonly symbol: string;
  /** Compared as numbers; null: must not be there. */
  readonly amounts: Readonly<Record<string, DecimalString | null>>;
  /** Compared letter by letter; null: must not be there. */
  readonly words: Readonly<Record<string, string | null>>;
}

export function fieldsOfOrder(request: OrderRequest): WireFields {
  const { clientOrderId, symbol, side, type, qtyBase, priceUsd, timeInForce, reduceOnly } = request;
  return {
    clientId: clientOrderId,
    symbol,
    amounts: { quantity: qtyBase, price: priceUsd },
    words: {
      newClientOrderId: clientOrderId,
      symbol,
      side: side === "buy" ? "BUY" : "SELL",
      type: type === "market" ? "MARKET" : "LIMIT",
      timeInForce,
      reduceOnly: reduceOnly ? "true" : null,
      newOrderRespType: "RESULT",
    },
  };
}

/** Apart from what sends it (see binance-stops.ts), so that a mistake there is met here. */
export function fieldsOfStop(request: StopRequest): WireFields {
  const { clientStopId, kind, symbol, side, qtyBase, triggerPriceUsd } = request;
  return {
    clientId: clientStopId,
    symbol,
    amounts: { quantity: qtyBase, triggerPrice: triggerPriceUsd },
    words: {
      clientAlgoId: clientStopId,
      symbol,
      side: side === "buy" ? "BUY" : "SELL",
      algoType: "CONDITIONAL",
      type: kind === "stop" ? "STOP_MARKET" : "TAKE_PROFIT_MARKET",
      workingType: STOP_WORKING_TYPE,
      reduceOnly: "true",
    },
  };
}

/** On the venue's clock: it refuses the request from `timestamp` + `recvWindow` on. */
export interface SignedTimes {
  readonly timestamp: number;
  readonly recvWindow: number;
}

interface Creation {
  readonly fields: WireFields;
  readonly deadlineAtVenueMs: number;
  isSent: boolean;
}

export interface SendGuard {
  /** Hook of the client: lets a creation out only while it is being sent from here, as its fields say, and once. */
  beforeSend(request: HttpRequest): void;
  /** One creation: `send` makes the request and reads its answer. Throws VenueError. */
  create<Said>(
    fields: WireFields,
    sendDeadlineMs: number,
    send: (signing: SignedTimes) => Promise<Said>,
  ): Promise<Said>;
}

export function createSendGuard(
  { noun, path, idField }: Guarded,
  client: () => BinanceClient,
  clock: Clock,
): SendGuard {
  const pending = new Map<string, Creation>();
  return {
    beforeSend({ method, url, body }) {
      const target = new URL(url);
      if (method !== "POST" || target.pathname !== path) return;
      const sent = [...target.searchParams, ...new URLSearchParams(body ?? "")];
      const creation = pending.get(new Map(sent).get(idField) ?? "");
      if (creation === undefined || creation.isSent)
        throw new VenueError("rejected", "WIRE_MISMATCH", `A ${noun} that was not asked for would go out`);
      assertSame(noun, sent, creation);
      creation.isSent = true;
    },
    async create(fields, sendDeadlineMs, send) {
      const nowMs = clock.nowMs();
      const recvWindow = sendWindowMs(sendDeadlineMs, nowMs);
      const id = fields.clientId;
      if (pending.has(id)) throw new VenueError("unknown", "IN_FLIGHT", `${id} is being sent already`);
      const offsetMs = client().offsetMs();
      const creation: Creation = { fields, deadlineAtVenueMs: sendDeadlineMs + offsetMs, isSent: false };
      pending.set(id, creation);
      try {
        return await send({ timestamp: nowMs + offsetMs, recvWindow });
      } catch (error) {
        if (error instanceof VenueError || !creation.isSent) throw error;
        const text = `The venue's answer to ${noun} ${id} cannot be read`;
        throw new VenueError("unknown", "UNREADABLE", text, { cause: error });
      } finally {
        pending.delete(id);
      }
    },
  };
}

const SIGNED_WITH: readonly string[] = ["timestamp", "recvWindow", "signature"];

/**
 * Throws VenueError `rejected`: `PRECISION` when an amount changed on the way (ccxt truncates and rounds),
 * `WIRE_MISMATCH` for anything else, with the fields that differ.
 */
function assertSame(
  noun: Guarded["noun"],
  entries: readonly (readonly [string, string])[],
  { fields: { amounts, words }, deadlineAtVenueMs }: Creation,
): void {
  const sent = new Map(entries);
  for (const [name, wanted] of Object.entries(amounts)) {
    if (isSameAmount(sent.get(name) ?? null, wanted)) continue;
    const text = `${name} would go out as ${sent.get(name) ?? "nothing"}, not ${wanted}: not on the venue's steps`;
    throw new VenueError("rejected", "PRECISION", text);
  }
  const known = new Set([...Object.keys(amounts), ...Object.keys(words), ...SIGNED_WITH]);
  const differing = [
    ...Object.keys(words).filter((name) => (sent.get(name) ?? null) !== words[name]),
    ...SIGNED_WITH.filter((name) => !sent.has(name)),
    ...entries
      .map(([name]) => name)
      .filter((name, place, names) => !known.has(name) || names.indexOf(name) !== place),
    ...(endsInTime(sent, deadlineAtVenueMs) ? [] : ["recvWindow"]),
  ];
  if (differing.length === 0) return;
  const text = `The ${noun} would not go out as it is stored: ${[...new Set(differing)].join(", ")}`;
  throw new VenueError("rejected", "WIRE_MISMATCH", text);
}

function isSameAmount(sent: string | null, wanted: DecimalString | null): boolean {
  if (sent === null || wanted === null) return sent === wanted;
  return isDecimalString(sent) && dec(sent).eq(dec(wanted));
}

function endsInTime(sent: ReadonlyMap<string, string>, deadlineAtVenueMs: number): boolean {
  return Number(sent.get("timestamp")) + Number(sent.get("recvWindow")) <= deadlineAtVenueMs;
}

/** Throws VenueError `unknown` when the venue's answer is about something else. */
export function assertAnswers(
  said: { readonly clientId: string; readonly symbol: string },
  { clientId, symbol }: WireFields,
): void {
  if (said.clientId === clientId && said.symbol === symbol) return;
  const text = `The venue answered about ${said.clientId} when ${clientId} was sent`;
  throw new VenueError("unknown", "UNREADABLE", text);
}
