// Shapes of the process's settings: addresses, regions, projects. A setting that points a paper account's
// orders at a venue's production host is refused.
import { isIP } from "node:net";
import { z } from "zod";

/** Registered domains of the venues: everything below them trades real money, save the hosts named next. */
const VENUE_DOMAINS = [
  "binance.com",
  "binance.us",
  "bybit.com",
  "bybit.nl",
  "bybit.eu",
  "bybit.kz",
  "bybit.com.hk",
  "bybit.com.tr",
  "bytick.com",
  // Of its sites in single countries (bybit-exchange.github.io, docs/v5/guide).
  "bybit.ae",
  "bybit.id",
  "bybit.tr",
  "bybit-tr.com",
  "bybitgeorgia.ge",
  "byhkbit.com",
  "manepa.jp",
  "spark-fintech.com",
];
/** The venues' own play-money hosts below those domains. */
const TEST_HOSTS: ReadonlySet<string> = new Set([
  "demo-fapi.binance.com",
  "demo-api.binance.com",
  "api-testnet.bybit.com",
  "api-demo.bybit.com",
  "api-demo-testnet.bybit.com",
  "api-testnet.bytick.com",
]);

function isVenueProductionHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  if (TEST_HOSTS.has(host)) return false;
  return VENUE_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Parses a URL that is https, or http on loopback; reports what is wrong through `fail` and then returns null. */
function parseUrl(text: string, fail: (message: string) => void): URL | null {
  const url = URL.parse(text);
  if (url === null) {
    fail("not a URL");
    return null;
  }
  const plainLoopback = url.protocol === "http:" && isLoopback(url.hostname);
  if (url.protocol !== "https:" && !plainLoopback) fail("must be https, or http on a loopback address");
  if (url.username !== "" || url.password !== "") fail("must not carry a user name or password");
  if (url.search !== "" || url.hash !== "") fail("must not have a query or fragment");
  return url;
}

function failIn(context: z.core.$RefinementCtx<string>): (message: string) => void {
  return (message) => {
    context.addIssue({ code: "custom", message, input: "" });
  };
}

/** Origin of the exchange for paper accounts. */
export const venueOrigin = z.string().transform((text, context) => {
  const fail = failIn(context);
  const url = parseUrl(text, fail);
  if (url === null) return z.NEVER;
  if (url.pathname !== "/") fail("must be an origin, without a path");
  if (isVenueProductionHost(url.hostname))
    fail(`${url.hostname} is a venue's production host, and this is where paper orders go`);
  return url.origin;
});

/** Base URL, path allowed; normalised to end without a slash. */
export const httpBaseUrl = z.string().transform((text, context) => {
  const url = parseUrl(text, failIn(context));
  return url === null ? z.NEVER : `${url.origin}${url.pathname}`.replace(/\/+$/, "");
});

export const hostAndPort = z
  .string()
  .refine(
    (text) =>
      /^[A-Za-z0-9.-]+:[0-9]{1,5}$/.test(text) && Number(text.slice(text.lastIndexOf(":") + 1)) <= 65_535,
    { error: "must be host:port, like 127.0.0.1:8123" },
  );

/** Google Cloud region, `europe-west1`. */
export const location = z.string().regex(/^[a-z]+(-[a-z]+)+\d+$/, { error: "not a region" });
export const projectId = z.string().regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, { error: "not a project id" });
export const emailAddress = z.email({ error: "not an email address" });
export const projectNumber = z.string().regex(/^[1-9][0-9]{5,18}$/, { error: "not a project number" });
export const kmsKeyName = z
  .string()
  .regex(/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/, {
    error: "not the resource name of a key",
  });

const WRAPPING_KEY_BYTES = 32;

/** The message must not repeat it. */
export const wrappingKey = z
  .base64({ error: "not base64" })
  .refine((text) => Buffer.from(text, "base64").length === WRAPPING_KEY_BYTES, {
    error: `must be ${WRAPPING_KEY_BYTES} bytes`,
  });
