// A WebChannel client at the level of single requests, for what the real client library cannot be made to do on
// purpose: lose a response, repeat a request, read chunk lengths.
const DATABASE = "projects/demo-web/databases/(default)";

export type WireArray = readonly [id: number, payload: readonly unknown[]];

export class ChannelClient {
  readonly #base: string;
  sid = "";

  constructor(origin: string, stream: "Listen" | "Write" = "Listen") {
    this.#base = `${origin}/google.firestore.v1.Firestore/${stream}/channel`;
  }

  /** Opens a session as the SDK does, headers and first message in the body. */
  async open(
    firstMessage: object = { database: DATABASE },
    authorization?: string,
  ): Promise<readonly WireArray[]> {
    const headers = authorization === undefined ? "" : `Authorization:${authorization}\r\nX-Other:1\r\n`;
    const body = `headers=${encodeURIComponent(headers)}&${mapsBody(0, [firstMessage])}`;
    const res = await this.post({ RID: "1", CVER: "22" }, body);
    const [arrays] = parseChunks(await res.text());
    this.sid = String((arrays as readonly WireArray[])[0]?.[1][1]);
    return arrays as readonly WireArray[];
  }

  /** Sends messages; resolves with `[hasBackChannel, lastArrayId, unacknowledged]`. */
  async send(ofs: number, messages: readonly object[], acknowledgedId = 0): Promise<readonly number[]> {
    const res = await this.post({ SID: this.sid, AID: String(acknowledgedId) }, mapsBody(ofs, messages));
    return parseChunks(await res.text())[0] as readonly number[];
  }

  post(query: Readonly<Record<string, string>>, body = ""): Promise<Response> {
    return fetch(this.url(query), {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body,
    });
  }

  /** Opens a back channel. */
  async receive(acknowledgedId: number, longPoll = false): Promise<BackChannelReader> {
    const abort = new AbortController();
    const query = {
      SID: this.sid,
      AID: String(acknowledgedId),
      RID: "rpc",
      TYPE: "xmlhttp",
      CI: longPoll ? "1" : "0",
    };
    return new BackChannelReader(await fetch(this.url(query), { signal: abort.signal }), abort);
  }

  url(query: Readonly<Record<string, string>>): string {
    return `${this.#base}?${new URLSearchParams({ VER: "8", database: DATABASE, ...query })}`;
  }
}

export class BackChannelReader {
  readonly #res: Response;
  readonly #abort: AbortController;
  readonly #reader: ReadableStreamDefaultReader<string> | undefined;
  #text = "";

  constructor(res: Response, abort: AbortController) {
    this.#res = res;
    this.#abort = abort;
    this.#reader = res.body?.pipeThrough(new TextDecoderStream()).getReader();
  }

  get httpStatus(): number {
    return this.#res.status;
  }

  /** Arrays received, once there are at least `count`. */
  async until(count: number): Promise<readonly WireArray[]> {
    for (;;) {
      const arrays = parseChunks(this.#text).flat() as readonly WireArray[];
      if (arrays.length >= count) return arrays;
      if (!(await this.#read())) throw new Error(`The response ended after ${arrays.length} arrays`);
    }
  }

  /** All arrays of a response that the server ends. */
  async toEnd(): Promise<readonly WireArray[]> {
    while (await this.#read());
    return parseChunks(this.#text).flat() as readonly WireArray[];
  }

  /** Breaks the connection, as a lost network does. */
  lose(): void {
    this.#abort.abort();
  }

  async #read(): Promise<boolean> {
    const part = await this.#reader?.read();
    this.#text += part?.value ?? "";
    return part?.done === false;
  }
}

/** Complete chunks of a response, lengths counted in UTF-16 units as browsers count. */
function parseChunks(text: string): readonly (readonly unknown[])[] {
  const chunks: (readonly unknown[])[] = [];
  let rest = text;
  for (;;) {
    const lineBreak = rest.indexOf("\n");
    const length = Number(rest.slice(0, Math.max(lineBreak, 0)));
    if (lineBreak === -1 || rest.length < lineBreak + 1 + length) return chunks;
    chunks.push(JSON.parse(rest.slice(lineBreak + 1, lineBreak + 1 + length)) as readonly unknown[]);
    rest = rest.slice(lineBreak + 1 + length);
  }
}

function mapsBody(ofs: number, messages: readonly object[]): string {
  const maps = messages.map(
    (message, i) => `req${i}___data__=${encodeURIComponent(JSON.stringify(message))}`,
  );
  return [`count=${messages.length}`, `ofs=${ofs}`, ...maps].join("&");
}
