// Which address a request came from, and whether a hook lists it. An address that the sender wrote itself is
// never believed.
import { BlockList, isIP } from "node:net";

/**
 * The client's address. Google's front end appends the address of its own peer at the right end of
 * X-Forwarded-For, and everything left of that is what the client sent. So the right-most entry is the one to trust
 * when the function is called at its own address (run.app or cloudfunctions.net). Behind a Hosting rewrite the
 * right-most entry is the proxy's: a direct-mode hook called that way is refused, which is the safe side. Without the
 * header (local stack) it is the connection's peer; a Unix socket's peer is this machine.
 */
export function clientAddress(
  forwardedFor: string | readonly string[] | undefined,
  peerAddress: string | undefined,
): string {
  const list = typeof forwardedFor === "string" ? forwardedFor : forwardedFor?.join(",");
  const rightmost = list?.split(",").at(-1)?.trim();
  if (list !== undefined) return withoutIpv4Prefix(rightmost ?? "");
  return peerAddress === undefined || peerAddress === "" ? "127.0.0.1" : withoutIpv4Prefix(peerAddress);
}

/** True when `address` is one of `allowed`: addresses or networks like `10.1.0.0/16`. An empty list allows no address. */
export function isAllowedSource(address: string, allowed: readonly string[]): boolean {
  const family = familyOf(address);
  if (family === null) return false;
  const list = new BlockList();
  for (const entry of allowed) addEntry(list, entry.trim());
  return list.check(address, family);
}

function addEntry(list: BlockList, entry: string): void {
  const [network = "", prefix] = entry.split("/");
  const family = familyOf(network);
  if (family === null) return; // an entry that is no address can match none
  if (prefix === undefined) {
    list.addAddress(network, family);
    return;
  }
  const bits = Number(prefix);
  if (/^\d{1,3}$/.test(prefix) && bits <= (family === "ipv4" ? 32 : 128))
    list.addSubnet(network, bits, family);
}

function familyOf(address: string): "ipv4" | "ipv6" | null {
  const family = isIP(address);
  if (family === 0) return null;
  return family === 4 ? "ipv4" : "ipv6";
}

function withoutIpv4Prefix(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}
