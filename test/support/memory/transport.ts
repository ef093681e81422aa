// An HTTP transport that answers from a script and remembers what was sent: the venue's wire without a venue.
import type { HttpRequest, HttpResponse, HttpTransport } from "#adapters/http/http-transport.ts";

export type ScriptedAnswer =
  | Partial<HttpResponse>
  | Error
  | ((request: HttpRequest) => Partial<HttpResponse>);

export interface ScriptedTransport {
  readonly send: HttpTransport;
  readonly sent: readonly HttpRequest[];
  /** Appends answers; the last one is repeated once the others are used. */
  answer(...answers: readonly ScriptedAnswer[]): void;
}

export function createScriptedTransport(...first: readonly ScriptedAnswer[]): ScriptedTransport {
  const answers: ScriptedAnswer[] = [...first];
  const sent: HttpRequest[] = [];
  return {
    sent,
    answer: (...more) => void answers.push(...more),
    async send(request) {
      sent.push(request);
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (next === undefined) throw new Error(`No answer scripted for ${request.method} ${request.url}`);
      if (next instanceof Error) throw next;
      const response = typeof next === "function" ? next(request) : next;
      return { status: 200, headers: {}, body: "", ...response };
    },
  };
}

/** A JSON answer. */
export function json(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers, body: JSON.stringify(body) };
}
