// A transport that passes every request on and keeps what was answered, by call. Keys, signatures and parameters are not
// kept: only the answer's own words.
import type { HttpTransport } from "#adapters/http/http-transport.ts";

export interface HeardAnswer {
  /** `GET /fapi/v1/time` */
  readonly call: string;
  readonly status: number;
  readonly body: string;
}

export interface Listening {
  readonly transport: HttpTransport;
  readonly heard: readonly HeardAnswer[];
}

export function listen(to: HttpTransport): Listening {
  const heard: HeardAnswer[] = [];
  return {
    heard,
    transport: async (request) => {
      const response = await to(request);
      const call = `${request.method} ${new URL(request.url).pathname}`;
      heard.push({ call, status: response.status, body: response.body });
      return response;
    },
  };
}
