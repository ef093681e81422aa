// The lines of the product's source that call a port, and those of them that a run has reached. A new call
// outside every scenario is found by itself and reported.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Use cases, and the adapter whose retries sleep. */
const SEARCHED = ["functions/src/app", "functions/src/adapters/ccxt"] as const;
const IN_PRODUCT = /(functions\/src\/(?:app|adapters\/ccxt)\/[\w./-]+\.ts):(\d+)/g;

/** The shape of a port call: the port's name, then one of its methods; an order is created through its own function (ports/created.ts). */
const PORT_CALL =
  /(?:documents\.(?:getAll|commit|query)|bus\.publish|tasks\.schedule|clock\.sleep|venue\.(?:fetch\w+|findOrder|cancelOrder)|createdOrder)\(/g;

interface Exception {
  readonly path: string;
  /** A part of the line. */
  readonly call: string;
  readonly why: string;
}

/** Calls that no scenario makes, each with its reason. */
const EXCEPTIONS: readonly Exception[] = [
  {
    path: "functions/src/app/accounts/plan-batches.ts",
    call: "await deps.tasks.schedule(",
    why: "takes more accounts than a run serves itself; fan-out.test.ts runs 10,000, with broken ones among them",
  },
  {
    path: "functions/src/app/books/commit-books.ts",
    call: "const found = await deps.documents.getAll(updated)",
    why: "takes a receipt that is gone, by which a run is judged; bursts.test.ts and execute-intent.test.ts delete one",
  },
  {
    path: "functions/src/app/stops/look-at-prices.ts",
    call: "await venue.fetchTopOfBook(symbols)",
    why: "takes a plan that trails; followed-exits.test.ts makes it fail, and the seeds have such plans (workload/exit-lives.ts)",
  },
  {
    path: "functions/src/app/documents/stored-versions.ts",
    call: "documents.query(",
    why: "is an operator's look at versions; no process of the product makes it",
  },
  {
    path: "functions/src/app/stops/list-stops.ts",
    call: 'venue.fetchOpenStops("all")',
    why: "takes forty symbols; what follows is the same as after asking for each",
  },
  {
    path: "functions/src/app/telemetry/ask-market.ts",
    call: "const [snapshot] = await deps.documents.getAll([paths.universe(venue)])",
    why: "takes a process whose pass needed no books; fold-telemetry.test.ts has one",
  },
  {
    path: "functions/src/app/offset-facts/read-closed.ts",
    call: "const snapshots = await deps.documents.getAll(",
    why: "takes a winner that an entry makes as large as before; read-closed.test.ts has them, and seed 1033023410",
  },
  ...["const waiting = await deps.documents.query(", "const [counter] = await deps.documents.getAll("].map(
    (call) => ({
      path: "functions/src/app/rebuild/rebuild-state.ts",
      call,
      why: "takes a lost control document, without which a run cannot be judged; the tool only reads before its one batch",
    }),
  ),
];

/** `functions/src/app/telling/alert.ts:42` for every port call in the source, in order. */
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
    if (EXCEPTIONS.some((each) => each.path === path && line.includes(each.call))) return [];
    return line.match(PORT_CALL) === null ? [] : [`${path}:${index + 1}`];
  });
}

/**
 * The product's lines on the stack: the caller's is among them also where the product puts a port around another. Empty
 * for a call that no product code made.
 */
export function sourcesOfCaller(): readonly string[] {
  const { stack } = new Error("where");
  return [...(stack ?? "").matchAll(IN_PRODUCT)].map(([, path, line]) => `${path}:${line}`);
}
