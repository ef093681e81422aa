// The Hosting headers let this page reach a local stack on 127.0.0.1, because one firebase.json serves production and
// local work. Anywhere but on this machine the page gives that up before it does anything else: policies only add up
// to stricter ones.
import { PRODUCTION_CONNECT_SOURCES } from "./connect-sources.ts";

export function tightenPolicy(page: Document): void {
  const policy = page.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = `connect-src ${PRODUCTION_CONNECT_SOURCES}`;
  page.head.append(policy);
}
