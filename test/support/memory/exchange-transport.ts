// The wire between the venue adapter and an exchange in the same process: latencies pass on the fake clock, an answer
// that takes too long is a timeout, and a request that was given up still arrives when its time comes.
import { type HttpResponse, type HttpTransport, TransportError } from "#adapters/http/http-transport.ts";
import type { Exchange } from "#local/exchange/exchange.ts";
import type { Clock } from "#ports/clock.ts";

export interface ExchangeTransport {
  readonly send: HttpTransport;
  /** `POST /fapi/v1/order` …, in the order of sending. */
  readonly sent: string[];
  /** Lets requests arrive whose senders have given up, as far as their time has come. Also done before each send. */
  deliverLate(): void;
}

export function createExchangeTransport(
  exchange: Exchange,
  clock: Clock,
  timeoutMs: number,
): ExchangeTransport {
  const sent: string[] = [];
  let late: { readonly atMs: number; readonly proceed: () => unknown }[] = [];
  const deliverLate = (): void => {
    const due = late.filter(({ atMs }) => atMs <= clock.nowMs());
    late = late.filter(({ atMs }) => atMs > clock.nowMs());
    for (const { proceed } of due) proceed();
  };
  const timedOut = async (elapsedMs: number): Promise<never> => {
    await clock.sleep(timeoutMs - elapsedMs);
    throw new TransportError("TIMEOUT", true, `no answer within ${timeoutMs} ms`);
  };
  return {
    sent,
    deliverLate,
    async send({ method, url, headers, body }): Promise<HttpResponse> {
      await Promise.resolve();
      deliverLate();
      const { pathname, search } = new URL(url);
      sent.push(`${method} ${pathname}`);
      const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      const { delayMs, proceed } = exchange.receive({
        method,
        path: pathname,
        query: search.slice(1),
        body: body ?? "",
        headers: Object.fromEntries(lowered) as Record<string, string>,
      });
      if (delayMs >= timeoutMs) {
        late = [...late, { atMs: clock.nowMs() + delayMs, proceed }];
        return await timedOut(0);
      }
      if (delayMs > 0) await clock.sleep(delayMs);
      const { transport, ...response } = proceed();
      if (delayMs + transport.latencyMs >= timeoutMs) return await timedOut(delayMs);
      if (transport.latencyMs > 0) await clock.sleep(transport.latencyMs);
      if (transport.reset) throw new TransportError("ECONNRESET", true, "the connection was reset");
      return response;
    },
  };
}
