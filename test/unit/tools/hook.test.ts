// `hook create` never takes a working hook's secret away: a name that is taken is refused before anything is stored.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { paths } from "#domain/documents/paths.ts";
import { resolvePorts } from "#local/ports.ts";
import { storedSecrets, storeSecret } from "#local/stack/secret-store.ts";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { createMemoryDocuments } from "#test/support/memory/documents.ts";
import { createHook } from "#tools/ballast/nouns/hook.ts";
import { newHook } from "#tools/setup/new-account.ts";

const HOOK = "signed-second";
const STORED = JSON.stringify({ [HOOK]: ["whsec_present"] });

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "hook-"));
  vi.stubEnv("BALLAST_LOCAL_DATA_DIR", dataDir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true, force: true });
});

it.each(["signed", "tradingview"])(
  "a name that is taken is refused to a %s hook, and its secret stays",
  async (mode) => {
    const documents = createMemoryDocuments(createFakeClock());
    documents.seed(paths.account("main"), { accountId: "main" });
    const taken = { hookId: HOOK, accountId: "main", strategyId: "main", token: null, sourceAddresses: [] };
    documents.seed(paths.hook(HOOK), { ...newHook(taken) });
    storeSecret(dataDir, "BALLAST_HOOK_SECRETS", STORED);
    const said: string[] = [];
    const target = {
      environment: "local",
      projectId: "demo-ballast",
      writes: true,
      localPorts: resolvePorts({}),
    } as const;
    const parts = { documents, target, writes: true, say: (line: string) => void said.push(line) };
    const asked = { environment: "local", project: "demo-ballast", account: "main", strategy: "main", mode };
    await expect(createHook(parts, HOOK, asked)).rejects.toThrow(`There is a hook ${HOOK} already`);
    expect(storedSecrets(dataDir).BALLAST_HOOK_SECRETS).toBe(STORED);
    expect(said).toEqual([]);
  },
);
