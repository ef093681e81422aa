// Remembers the first answer to each request under a stale-data fault, and gives it again.
import { type ExchangeRequest, type ExchangeResponse, NO_EFFECT } from "../types.ts";

/** Distinct requests remembered; more than this and the oldest are forgotten. */
const MAX_ANSWERS = 500;

/** A request without the parts that differ on every call. */
function keyOf(faultId: number, request: ExchangeRequest): string {
  const query = request.query
    .split("&")
    .filter((pair) => !/^(timestamp|signature|recvWindow)=/.test(pair))
    .join("&");
  const account = request.headers["x-mbx-apikey"] ?? request.headers["x-bapi-api-key"] ?? "";
  return `${faultId}|${account}|${request.method}|${request.path}|${query}`;
}

export class StaleAnswers {
  readonly #answers = new Map<string, ExchangeResponse>();

  /** The remembered answer, or the fresh one, which only a success makes worth remembering. */
  freeze(
    faultId: number,
    request: ExchangeRequest,
    { fresh, succeeded }: { readonly fresh: ExchangeResponse; readonly succeeded: boolean },
  ): ExchangeResponse {
    const key = keyOf(faultId, request);
    const known = this.#answers.get(key);
    if (known !== undefined) return { ...known, transport: NO_EFFECT };
    if (!succeeded) return fresh;
    this.#answers.set(key, fresh);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MAX_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
    return fresh;
  }
}
