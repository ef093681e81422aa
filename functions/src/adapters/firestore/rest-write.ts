// The port's writes as google.firestore.v1.Write in JSON. Nothing is sent.
import type { DocumentData, DocumentValue, DocumentWrite, FieldChange } from "#ports/documents.ts";
import { isIncrement, isServerTime } from "./document-check.ts";
import { timeOfVersion } from "./rest-time.ts";
import { restFields, restValue } from "./rest-values.ts";

/** Field names of this form stand bare in a field path; others stand between backquotes. */
const BARE = /^[A-Za-z_][A-Za-z_0-9]*$/;

/** `writes` are checked already; `root` is `projects/{p}/databases/{d}/documents`. */
export function restWrites(root: string, writes: readonly DocumentWrite[]): readonly object[] {
  return writes.map((write) => restWrite(`${root}/${write.path}`, write));
}

/** A dotted path as the protocol writes it. */
export function fieldPath(dotted: string): string {
  return dotted.split(".").map(quoted).join(".");
}

function quoted(name: string): string {
  return BARE.test(name) ? name : `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}

function restWrite(name: string, write: DocumentWrite): object {
  switch (write.op) {
    case "create":
      return { update: { name, fields: restFields(write.data) }, currentDocument: { exists: false } };
    case "set":
      return { update: { name, fields: restFields(write.data) }, ...precondition(write.version) };
    case "update":
      return restUpdate(name, write.changes, write.version);
    case "delete":
      return { delete: name, ...precondition(write.version) };
  }
}

function precondition(version: string | undefined): object {
  return version === undefined ? {} : { currentDocument: { updateTime: timeOfVersion(version) } };
}

function restUpdate(
  name: string,
  changes: Readonly<Record<string, FieldChange>>,
  version: string | undefined,
): object {
  const plain = Object.entries(changes).filter((entry): entry is [string, DocumentValue] =>
    isPlain(entry[1]),
  );
  const transforms = Object.entries(changes).flatMap(([field, change]) => transformOf(field, change));
  return {
    update: { name, fields: restFields(nested(plain)) },
    updateMask: { fieldPaths: plain.map(([field]) => fieldPath(field)) },
    ...(transforms.length === 0 ? {} : { updateTransforms: transforms }),
    ...(version === undefined ? { currentDocument: { exists: true } } : precondition(version)),
  };
}

function isPlain(change: FieldChange): change is DocumentValue {
  return !isServerTime(change) && !isIncrement(change);
}

function transformOf(field: string, change: FieldChange): readonly object[] {
  if (isServerTime(change)) return [{ fieldPath: fieldPath(field), setToServerValue: "REQUEST_TIME" }];
  if (isIncrement(change)) return [{ fieldPath: fieldPath(field), increment: restValue(change.incrementBy) }];
  return [];
}

/** `{"a.b": 1}` as `{a: {b: 1}}`. Paths do not overlap. */
function nested(changes: readonly (readonly [string, DocumentValue])[]): DocumentData {
  const data: Record<string, DocumentValue> = {};
  for (const [dotted, value] of changes) {
    const names = dotted.split(".");
    const last = names.pop() ?? "";
    let place = data;
    for (const name of names) {
      const below = (Object.hasOwn(place, name) ? place[name] : {}) as Record<string, DocumentValue>;
      place[name] = below;
      place = below;
    }
    place[last] = value;
  }
  return data;
}
