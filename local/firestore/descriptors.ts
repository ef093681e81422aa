// The descriptors of google.firestore.v1 that ship with @google-cloud/firestore, read from its folder: the package
// exports its code alone. Both transports convert by them, so that the server speaks what the SDK beside it speaks.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { INamespace, IType } from "protobufjs";

/** Throws when the installed @google-cloud/firestore no longer holds them. */
export function firestoreDescriptors(): INamespace {
  const manifest = createRequire(import.meta.url).resolve("@google-cloud/firestore/package.json");
  const read: unknown = JSON.parse(
    readFileSync(join(dirname(manifest), "build", "protos", "v1.json"), "utf8"),
  );
  const root = read as INamespace;
  addVerify(WRITE.reduce<INamespace>((scope, name) => nested(scope, name), root) as IType);
  return root;
}

const WRITE = ["google", "firestore", "v1", "Write"] as const;
/** Number of `Write.verify` in the definitions of the web SDKs, which alone send it: server SDKs leave it out. */
const VERIFY_ID = 5;

function nested(scope: INamespace, name: string): INamespace {
  const found = scope.nested?.[name];
  if (found === undefined) throw new Error(`The installed @google-cloud/firestore defines no ${name}`);
  return found as INamespace;
}

/** Without it the verified reads of a web transaction would be dropped as unknown, and the write be empty. */
function addVerify(write: IType): void {
  write.fields.verify = { type: "string", id: VERIFY_ID };
  const operation = write.oneofs?.operation;
  if (operation !== undefined) operation.oneof = [...operation.oneof, "verify"];
}
