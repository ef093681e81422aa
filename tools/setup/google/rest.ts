// Requests to Google's APIs with a token of the operator's own: `gcloud auth application-default login` gives one. One
// attempt each; a refusal is told with Google's own words and the remedy.

export interface RestRequest {
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  readonly body?: object;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The wire, to be replaced in tests. */
export type RestTransport = (request: RestRequest) => Promise<RestAnswer>;

export interface Rest {
  /** Throws GoogleError for every answer that is no success. */
  call(request: RestRequest): Promise<Fields>;
  /** Null for what does not exist. */
  find(url: string): Promise<Fields | null>;
  /** All pages of a list. */
  list(url: string, field: string): Promise<readonly Fields[]>;
}

export type Fields = Readonly<Record<string, unknown>>;

export class GoogleError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "GoogleError";
    this.status = status;
  }
}

const NOT_FOUND = 404;
const FORBIDDEN = 403;
/** More than any list of a project that we ask for. */
const MAX_PAGES = 50;
const TIMEOUT_MS = 60_000;

export function fetchTransport(projectId: string, token: () => Promise<string>): RestTransport {
  return async ({ method, url, body }) => {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${await token()}`,
        "content-type": "application/json",
        // A person's own credentials have to say which project pays for the request.
        "x-goog-user-project": projectId,
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: jsonOf(text) };
  };
}

export function createRest(transport: RestTransport): Rest {
  const call = async (request: RestRequest): Promise<Fields> => {
    const { status, body } = await transport(request);
    if (status >= 200 && status < 300) return fieldsOf(body);
    throw new GoogleError(status, messageOf(request, status, body));
  };
  const find = async (url: string): Promise<Fields | null> => {
    try {
      return await call({ method: "GET", url });
    } catch (error) {
      if (error instanceof GoogleError && error.status === NOT_FOUND) return null;
      throw error;
    }
  };
  const list = async (url: string, field: string): Promise<readonly Fields[]> => {
    const found: Fields[] = [];
    let paged = url;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await call({ method: "GET", url: paged });
      found.push(...listOf(answer[field]).map(fieldsOf));
      const next = nextPage(url, answer);
      if (next === null) return found;
      paged = next;
    }
    throw new Error(`${url} has more than ${MAX_PAGES} pages`);
  };
  return { call, find, list };
}

function nextPage(url: string, { nextPageToken: token }: Fields): string | null {
  if (typeof token !== "string" || token === "") return null;
  return `${url}${url.includes("?") ? "&" : "?"}pageToken=${encodeURIComponent(token)}`;
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function messageOf({ method, url }: RestRequest, status: number, body: unknown): string {
  const said = fieldsOf(fieldsOf(body).error).message;
  const words = typeof said === "string" ? said : "no reason given";
  const remedy =
    status === FORBIDDEN
      ? ". Your Google account needs the role Owner of the project while it is set up"
      : "";
  return `Google refused ${method} ${new URL(url).host}${new URL(url).pathname} (${status}): ${words}${remedy}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { error: { message: text.slice(0, 200) } };
  }
}
