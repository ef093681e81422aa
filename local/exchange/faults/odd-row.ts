// A row of a list in an answer made odd: one field of one symbol or asset holds another value, as when a venue lists a
// symbol without prices, or learns a new word. All other rows stay as they are.
import type { ExchangeResponse } from "../types.ts";
import type { FaultEffect } from "./fault.ts";

type OddRow = Extract<FaultEffect, { readonly kind: "oddRow" }>;

/** An answer that is no JSON, or holds no such row, stays as it is. */
export function withOddRow(effect: OddRow, response: ExchangeResponse): ExchangeResponse {
  if (response.status !== 200 || !response.body.includes(effect.subject)) return response;
  const answer: unknown = JSON.parse(response.body);
  return { ...response, body: JSON.stringify(altered(effect, answer)) };
}

/** Lists stand at the top, in a member of the answer, or in a row of another list. */
function altered(effect: OddRow, answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map((row: unknown) => alteredRow(effect, altered(effect, row)));
  if (!isFields(answer)) return answer;
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, altered(effect, value)]));
}

function alteredRow({ subject, field, value }: OddRow, row: unknown): unknown {
  if (!isFields(row) || ![row.symbol, row.asset, row.coin].includes(subject)) return row;
  return { ...row, [field]: value };
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
