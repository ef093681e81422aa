// The Firebase Auth emulator of firebase-tools inside the test's process, on a free port: the same code that the local
// stack runs, without the seconds that the command line takes to start.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

interface EmulatorModule {
  createApp(projectId: string): Promise<(request: unknown, response: unknown) => void>;
}

export interface AuthEmulator extends AsyncDisposable {
  readonly url: string;
  /** Creates a user who can sign in with these. */
  addUser(email: string, password: string, claims: Readonly<Record<string, unknown>>): Promise<void>;
}

export async function startAuthEmulator(projectId: string): Promise<AuthEmulator> {
  const require = createRequire(import.meta.url);
  const { createApp } = require("firebase-tools/lib/emulator/auth/server.js") as EmulatorModule;
  const server = createServer(await createApp(projectId));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async addUser(email, password, claims) {
      const response = await fetch(
        `${url}/identitytoolkit.googleapis.com/v1/projects/${projectId}/accounts`,
        {
          method: "POST",
          headers: { authorization: "Bearer owner", "content-type": "application/json" },
          body: JSON.stringify({ email, password, customAttributes: JSON.stringify(claims) }),
        },
      );
      if (!response.ok) throw new Error(`The auth emulator refused the user: ${await response.text()}`);
      const { localId } = (await response.json()) as { localId: string };
      const update = await fetch(
        `${url}/identitytoolkit.googleapis.com/v1/projects/${projectId}/accounts:update`,
        {
          method: "POST",
          headers: { authorization: "Bearer owner", "content-type": "application/json" },
          body: JSON.stringify({ localId, customAttributes: JSON.stringify(claims) }),
        },
      );
      if (!update.ok) throw new Error(`The auth emulator refused the claims: ${await update.text()}`);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
