// Cross-origin rules of the local server: pages served from this machine may call it with credentials, any other
// site is refused outright, since a page elsewhere could otherwise pose as `Bearer owner`.
import type { IncomingMessage, ServerResponse } from "node:http";

const LOOPBACK_HOST = /^(?:localhost|(?:[a-z0-9-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** How long a browser may remember a preflight. Chromium's own ceiling is two hours. */
const PREFLIGHT_MAX_AGE_SECONDS = 7200;

/** Sets the CORS headers. Returns false when the request comes from a page that is not on this machine. */
export function admitOrigin(req: IncomingMessage, res: ServerResponse): boolean {
  const { origin } = req.headers;
  if (origin === undefined) return true;
  if (!isLoopback(origin)) return false;
  res.setHeader("access-control-allow-origin", origin);
  res.setHeader("access-control-allow-credentials", "true");
  res.setHeader("vary", "origin");
  return true;
}

/** Answers a preflight of an admitted origin. */
export function answerPreflight(req: IncomingMessage, res: ServerResponse): void {
  res.setHeader("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
  const wanted = req.headers["access-control-request-headers"];
  if (wanted !== undefined) res.setHeader("access-control-allow-headers", wanted);
  if (req.headers["access-control-request-private-network"] === "true") {
    res.setHeader("access-control-allow-private-network", "true");
  }
  res.setHeader("access-control-max-age", String(PREFLIGHT_MAX_AGE_SECONDS));
  res.writeHead(204).end();
}

function isLoopback(origin: string): boolean {
  return URL.canParse(origin) && LOOPBACK_HOST.test(new URL(origin).hostname);
}
