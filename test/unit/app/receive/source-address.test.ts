// Guards the source address: the sender's own X-Forwarded-For is never believed. An empty or senseless list
// refuses every address.
import { describe, expect, it } from "vitest";
import { clientAddress, isAllowedSource } from "#functions/app/receive/source-address.ts";

describe("the client's address", () => {
  it.each<[string, string | string[] | undefined, string | undefined, string]>([
    ["is the entry that Google appended", "203.0.113.9", "169.254.1.1", "203.0.113.9"],
    ["is not what the sender wrote before it", "52.89.214.238, 203.0.113.9", "169.254.1.1", "203.0.113.9"],
    ["is the last of repeated headers", ["52.89.214.238", "203.0.113.9"], "169.254.1.1", "203.0.113.9"],
    ["is nothing when the header is empty, never the peer", "", "52.89.214.238", ""],
    ["is the peer where no proxy is", undefined, "::ffff:127.0.0.1", "127.0.0.1"],
    ["is this machine behind a Unix socket", undefined, undefined, "127.0.0.1"],
  ])("%s", (_name, forwardedFor, peer, address) => {
    expect(clientAddress(forwardedFor, peer)).toBe(address);
  });
});

describe("a hook's list", () => {
  it.each<[string, string, readonly string[], boolean]>([
    ["has the address", "52.89.214.238", ["34.212.75.30", "52.89.214.238"], true],
    ["has its network", "10.1.2.3", ["10.1.0.0/16"], true],
    ["has an IPv6 address in another spelling", "2001:db8::1", ["2001:0db8:0:0::1"], true],
    ["lacks the address", "52.89.214.239", ["52.89.214.238"], false],
    ["is empty", "52.89.214.238", [], false],
    ["is senseless", "52.89.214.238", ["*", "any", "0.0.0.0/99", "52.89.214.238/x"], false],
    ["is asked about no address", "unknown", ["52.89.214.238"], false],
    ["is asked about an empty address", "", ["0.0.0.0/0"], false],
  ])("%s", (_name, address, allowed, expected) => {
    expect(isAllowedSource(address, allowed)).toBe(expected);
  });
});
