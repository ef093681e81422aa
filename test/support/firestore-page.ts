// Serves a page that carries the real web SDK, built for browsers, on a port of its own: the page's origin differs
// from Firestore's, as the dashboard's does. Test code reaches the SDK at `globalThis.firebaseApp` and `firestoreSdk`.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

declare global {
  var firebaseApp: typeof import("firebase/app");
  var firestoreSdk: typeof import("firebase/firestore");
}

export interface SdkPage extends AsyncDisposable {
  /** `http://127.0.0.1:port/` of a page on which both globals are set. */
  readonly url: string;
}

const MODULES = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const ENTRY = `import * as firebaseApp from "firebase/app";
import * as firestoreSdk from "firebase/firestore";
Object.assign(globalThis, { firebaseApp, firestoreSdk });`;
const HTML = '<!doctype html><html lang="en"><title>Firestore</title><script src="/sdk.js"></script></html>';

export async function serveSdkPage(): Promise<SdkPage> {
  const script = await bundleSdk();
  const server = createServer((req, res) => {
    if (req.url === "/sdk.js") res.writeHead(200, { "content-type": "text/javascript" }).end(script);
    else if (req.url === "/") res.writeHead(200, { "content-type": "text/html" }).end(HTML);
    else res.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The entry lies inside node_modules, from where the SDK's modules resolve. */
async function bundleSdk(): Promise<string> {
  const folder = await mkdtemp(join(MODULES, ".sdk-page-"));
  try {
    const input = join(folder, "entry.mjs");
    await writeFile(input, ENTRY);
    const bundle = await rolldown({ input, platform: "browser", logLevel: "silent" });
    const file = join(folder, "sdk.js");
    await bundle.write({ file, format: "iife", name: "sdk" });
    await bundle.close();
    return await readFile(file, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
