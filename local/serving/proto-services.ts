// Service definitions from the descriptors that Google's own client packages carry, so that the servers speak
// exactly what the unmodified clients speak. Nothing is downloaded.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { packageRoot } from "./package-root.ts";

/** Loads named services (e.g. `google.pubsub.v1.Publisher`) from a Google client package. Throws if one is missing. */
export function loadServices<Name extends string>(
  packageName: string,
  serviceNames: readonly Name[],
): Record<Name, ServiceDefinition> {
  const root = packageRoot(packageName, fileURLToPath(import.meta.url));
  const descriptor = JSON.parse(readFileSync(join(root, "build/protos/protos.json"), "utf8"));
  const loaded = fromJSON(descriptor, { longs: Number, enums: String, defaults: true });
  const entries = serviceNames.map((name) => {
    const service = loaded[name];
    if (service === undefined) throw new Error(`${packageName} carries no service ${name}`);
    return [name, service as unknown as ServiceDefinition] as const;
  });
  return Object.fromEntries(entries) as Record<Name, ServiceDefinition>;
}
