// Serves the built dashboard as Firebase Hosting does: superstatic, which is the Hosting emulator's server, under the
// headers of the project's own firebase.json, with the reserved settings address and the local stack's file.
import { readFile } from "node:fs/promises";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type HostingConfig, localHosting } from "#local/stack/hosting-config.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

type Next = () => void;
type Superstatic = (options: {
  readonly port: number;
  readonly hostname: string;
  readonly cwd: string;
  readonly config: unknown;
  readonly before: {
    readonly files: (request: IncomingMessage, response: ServerResponse, next: Next) => void;
  };
}) => { listen(done: () => void): Server };

export interface Hosting extends AsyncDisposable {
  readonly url: string;
}

/** Whether a request is one that Hosting would hand to a function, and was answered. */
export type FunctionRewrite = (request: IncomingMessage, response: ServerResponse) => boolean;

/** `files`: addresses answered with JSON, null for a 404. Throws when the dashboard has not been built. */
export async function serveDashboard(
  files: Readonly<Record<string, unknown>>,
  rewritten: FunctionRewrite,
): Promise<Hosting> {
  await readFile(`${ROOT}hosting/dist/index.html`).catch((cause: unknown) => {
    throw new Error("The dashboard is not built. Run: npm run build -w hosting", { cause });
  });
  const { hosting } = JSON.parse(await readFile(`${ROOT}firebase.json`, "utf8")) as {
    hosting: HostingConfig;
  };
  const { server: superstatic } = createRequire(import.meta.url)("superstatic") as { server: Superstatic };
  const answer = (request: IncomingMessage, response: ServerResponse, next: Next): void => {
    if (rewritten(request, response)) return;
    const path = request.url ?? "";
    if (!Object.hasOwn(files, path)) {
      next();
      return;
    }
    response.setHeader("content-type", "application/json");
    response.statusCode = files[path] === null ? 404 : 200;
    response.end(JSON.stringify(files[path]));
  };
  const config = { ...localHosting(hosting), rewrites: [] };
  const app = superstatic({ port: 0, hostname: "127.0.0.1", cwd: ROOT, config, before: { files: answer } });
  const server = await new Promise<Server>((resolve) => {
    const listening: Server = app.listen(() => resolve(listening));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
