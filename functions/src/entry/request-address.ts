// Path and query of a request as they were sent. Must not decode the path: an escape that cannot be decoded is the
// sender's, and no reason to leave a signal unread.

export interface RequestAddress {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A request line may also name the whole address, as proxies are sent it. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** Never throws: a bad escape in the query stays as it is. */
export function requestAddress(url: string): RequestAddress {
  const [target = ""] = url.replace(ORIGIN, "").split("#", 1);
  const queryAt = target.indexOf("?");
  if (queryAt === -1) return { path: target, query: new URLSearchParams() };
  return { path: target.slice(0, queryAt), query: new URLSearchParams(target.slice(queryAt + 1)) };
}
