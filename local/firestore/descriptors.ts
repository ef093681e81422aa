// The descriptors of google.firestore.v1 that ship with @google-cloud/firestore, read from its folder: the package
// exports its code alone. Both transports convert by them, so that the server speaks what the SDK beside it speaks.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { INamespace } from "protobufjs";

/** Throws when the installed @google-cloud/firestore no longer holds them. */
export function firestoreDescriptors(): INamespace {
  const manifest = createRequire(import.meta.url).resolve("@google-cloud/firestore/package.json");
  return JSON.parse(
    readFileSync(join(dirname(manifest), "build", "protos", "v1.json"), "utf8"),
  ) as INamespace;
}
