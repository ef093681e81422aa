// Where in the product's source port calls stand, and which of these lines a run has reached. Keeps true that a call
// that somebody adds and no scenario makes is reported, without a list to keep.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Use cases, and the adapter whose retries sleep. */
const SEARCHED = ["functions/src/app", "functions/src/adapters/ccxt"] as const;
const IN_PRODUCT = /(functions\/src\/(?:app|adapters\/ccxt)\/[\w./-]+\.ts):(\d+)/;

/** What a port call looks like: the port's name, then one of its methods. */
const PORT_CALL =
  /(?:documents\.(?:getAll|commit|query)|bus\.publish|tasks\.schedule|clock\.sleep|venue\.(?:fetch\w+|createOrder|findOrder|cancelOrder))\(/g;

/** `functions/src/app/alert.ts:42` for every port call in the source, in order. */
export function portCallsInSource(): readonly string[] {
  return SEARCHED.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .toSorted()
      .flatMap((name) => callsIn(`${folder}/${name}`)),
  );
}

function callsIn(path: string): readonly string[] {
  const lines = readFileSync(join(ROOT, path), "utf8").split("\n");
  return lines.flatMap((line, index) => {
    if (/^\s*(\/\/|\*|\/\*)/.test(line)) return [];
    return line.match(PORT_CALL) === null ? [] : [`${path}:${index + 1}`];
  });
}

/** The innermost product line on the stack; empty for a call that no product code made. */
export function sourceOfCaller(): string {
  const found = IN_PRODUCT.exec(new Error("where").stack ?? "");
  return found === null ? "" : `${found[1]}:${found[2]}`;
}
