// Tells who calls by gRPC, from the same Authorization header as REST and WebChannel: `Bearer owner` is an owner, as
// Google's emulator has it, and server SDKs send it by themselves. Every other caller is a client under the rules.
import type { Metadata } from "@grpc/grpc-js";
import { type IdentifiedCaller, identify } from "../id-token.ts";

const PROJECT = /^projects\/([^/]+)/u;

/** Throws RpcError UNAUTHENTICATED for a token that does not count. */
export function callerOf(metadata: Metadata, nowMs: number): IdentifiedCaller {
  const authorization = textOf(metadata, "authorization");
  // Sent by Google's clients with every call: the project that the token has to be for.
  const projectId = PROJECT.exec(textOf(metadata, "google-cloud-resource-prefix") ?? "")?.[1];
  return identify(authorization, projectId, nowMs);
}

function textOf(metadata: Metadata, key: string): string | undefined {
  const [value] = metadata.get(key);
  return value === undefined ? undefined : String(value);
}
