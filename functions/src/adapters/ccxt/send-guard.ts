// The send guard of orders and stops. A creation leaves once, is void after its deadline, and carries exactly
// the fields of its stored record. A difference is refused, and the refusal is booked and told like the
// venue's own; the guard must not repair it.
import type { HttpRequest } from "#adapters/http/http-transport.ts";
import { type DecimalString, dec, isDecimalString } from "#domain/decimal.ts";
import type { Clock } from "#ports/clock.ts";
import { VenueError } from "#ports/venue.ts";
import { sendWindowMs } from "./send-window.ts";
import type { VenueClient } from "./venue-client.ts";

/** On the venue's clock: it refuses the request once `timestamp` + `recvWindow` has passed. */
export interface SignedTimes {
  readonly timestamp: number;
  readonly recvWindow: number;
}

/** The requests of a venue that are guarded, and how one is read. */
export interface Guarded {
  readonly noun: string;
  readonly path: string;
  /** The field by which a request is told apart. */
  readonly idField: string;
  /** Every name and value that would go out; a name that stands twice comes twice. */
  readonly entriesOf: (request: HttpRequest) => readonly (readonly [string, string])[];
  /** The names under which the signing goes out. */
  readonly signedWith: Readonly<Record<keyof SignedTimes | "signature", string>>;
}

/** The fields of a record on the wire. Beside them, only the fields that sign the request may go out. */
export interface WireFields {
  readonly clientId: string;
  readonly symbol: string;
  /** Compared as numbers; null: must not be there. */
  readonly amounts: Readonly<Record<string, DecimalString | null>>;
  /** Compared letter by letter; null: must not be there. */
  readonly words: Readonly<Record<string, string | null>>;
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
  guarded: Guarded,
  client: () => Pick<VenueClient<unknown>, "offsetMs">,
  clock: Clock,
): SendGuard {
  const { noun, path, idField, entriesOf } = guarded;
  const pending = new Map<string, Creation>();
  return {
    beforeSend(request) {
      if (request.method !== "POST" || new URL(request.url).pathname !== path) return;
      const sent = entriesOf(request);
      const creation = pending.get(new Map(sent).get(idField) ?? "");
      if (creation === undefined || creation.isSent)
        throw new VenueError("rejected", "WIRE_MISMATCH", `A ${noun} that was not asked for would go out`);
      assertSame(guarded, sent, creation);
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

/**
 * Throws VenueError `rejected`: `PRECISION` when an amount changed on the way (ccxt truncates and rounds),
 * `WIRE_MISMATCH` for anything else, with the fields that differ.
 */
function assertSame(
  { noun, signedWith }: Guarded,
  entries: readonly (readonly [string, string])[],
  { fields: { amounts, words }, deadlineAtVenueMs }: Creation,
): void {
  const sent = new Map(entries);
  for (const [name, wanted] of Object.entries(amounts)) {
    if (isSameAmount(sent.get(name) ?? null, wanted)) continue;
    const text = `${name} would go out as ${sent.get(name) ?? "nothing"}, not ${wanted}: not on the venue's steps`;
    throw new VenueError("rejected", "PRECISION", text);
  }
  const signing = Object.values(signedWith);
  const known = new Set([...Object.keys(amounts), ...Object.keys(words), ...signing]);
  const differing = [
    ...Object.keys(words).filter((name) => (sent.get(name) ?? null) !== words[name]),
    ...signing.filter((name) => !sent.has(name)),
    ...entries
      .map(([name]) => name)
      .filter((name, place, names) => !known.has(name) || names.indexOf(name) !== place),
    ...(endsInTime(sent, signedWith, deadlineAtVenueMs) ? [] : [signedWith.recvWindow]),
  ];
  if (differing.length === 0) return;
  const text = `The ${noun} would not go out as it is stored: ${[...new Set(differing)].join(", ")}`;
  throw new VenueError("rejected", "WIRE_MISMATCH", text);
}

function isSameAmount(sent: string | null, wanted: DecimalString | null): boolean {
  if (sent === null || wanted === null) return sent === wanted;
  return isDecimalString(sent) && dec(sent).eq(dec(wanted));
}

function endsInTime(
  sent: ReadonlyMap<string, string>,
  { timestamp, recvWindow }: Guarded["signedWith"],
  deadlineAtVenueMs: number,
): boolean {
  return Number(sent.get(timestamp)) + Number(sent.get(recvWindow)) <= deadlineAtVenueMs;
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
