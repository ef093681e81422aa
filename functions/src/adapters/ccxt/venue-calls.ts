// How a call to the venue is made: ccxt's own errors turned into the port's, the clock's offset learnt, and what may be
// repeated repeated. Must not repeat an order creation.
import type { Clock } from "#ports/clock.ts";
import type { Identity } from "#ports/identity.ts";
import type { Logger } from "#ports/logger.ts";
import { VenueError } from "#ports/venue.ts";
import { withRetries } from "./retry.ts";
import type { VenueClient } from "./venue-client.ts";

export interface CallDependencies {
  readonly client: Pick<VenueClient<unknown>, "offsetMs" | "setOffsetMs">;
  /** One request for the venue's own clock. */
  readonly askServerTimeMs: () => Promise<number>;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly logger: Logger;
}

export interface VenueCalls {
  /** The venue's time; sets the offset of every later signature. */
  serverTimeMs(): Promise<number>;
  /** One try. After a `clock` error the offset is learnt anew before the error goes on. */
  once<Result>(call: () => Promise<Result>): Promise<Result>;
  /** Bounded retries. A read changes nothing at the venue, so its failure never ends as `unknown`. */
  read<Result>(call: () => Promise<Result>): Promise<Result>;
  /** Of several reads: each is repeated for itself, and neither they nor what is made of them end as `unknown`. */
  reads<Result>(calls: () => Promise<Result>): Promise<Result>;
  /** Bounded retries of a cancel, whose outcome may stay `unknown`. */
  cancel<Result>(call: () => Promise<Result>): Promise<Result>;
}

export function createVenueCalls({
  client,
  askServerTimeMs,
  clock,
  identity,
  logger,
}: CallDependencies): VenueCalls {
  const askTime = async (): Promise<number> => {
    const askedAtMs = clock.nowMs();
    const serverTimeMs = await askServerTimeMs();
    const answeredAtMs = clock.nowMs();
    // The answer is taken to be as old as half the round trip.
    client.setOffsetMs(serverTimeMs - Math.round((askedAtMs + answeredAtMs) / 2));
    return serverTimeMs;
  };
  const learnOffset = async (): Promise<void> => {
    try {
      await askTime();
      logger.warn("Venue refused our timestamp; clock offset learnt anew", { offsetMs: client.offsetMs() });
    } catch (error) {
      // The caller gets the clock error that led here; the next one will try again.
      logger.error("Venue refused our timestamp and its time could not be read", { error: String(error) });
    }
  };
  const once = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    try {
      return await call();
    } catch (error) {
      const venueError = asVenueError(error);
      if (venueError.kind === "clock") await learnOffset();
      throw venueError;
    }
  };
  const cancel = <Result>(call: () => Promise<Result>): Promise<Result> =>
    withRetries({ clock, identity }, () => once(call));
  const reads = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof VenueError) || error.kind !== "unknown") throw error;
      const { code, message, reason } = error;
      throw new VenueError("retryable", code, message, {
        ...(reason === null ? {} : { reason }),
        cause: error,
      });
    }
  };
  const read = <Result>(call: () => Promise<Result>): Promise<Result> => reads(() => cancel(call));
  return { serverTimeMs: () => read(askTime), once, cancel, read, reads };
}

/** Null where the venue refuses in a way that is an answer: it has nothing under that name. */
export async function orNull<Result>(
  isAnswer: (refusal: VenueError) => boolean,
  call: () => Promise<Result>,
): Promise<Result | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof VenueError && error.kind === "rejected" && isAnswer(error)) return null;
    throw error;
  }
}

/** ccxt throws its own errors before anything is sent: it refuses to build the request. */
function asVenueError(error: unknown): VenueError {
  if (error instanceof VenueError) return error;
  const name = error instanceof Error ? error.name : "UNKNOWN";
  const message = error instanceof Error ? error.message : String(error);
  return new VenueError("rejected", `CCXT_${name}`, `ccxt did not build the request: ${message}`, {
    cause: error,
  });
}
