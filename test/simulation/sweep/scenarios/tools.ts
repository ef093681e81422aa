// What operators' tools read and store: a peak that is dropped, books that are rebuilt from the journal, a config that is
// tried on recorded intents. A tool runs until it has succeeded, as a process that can be struck like any other.

import type { AccountConfig } from "#domain/documents/config.ts";
import { paths } from "#domain/documents/paths.ts";
import { shadowConfig } from "#functions/app/commands/shadow-config.ts";
import { planPeakRebuild } from "#functions/app/rebuild/rebuild-peak.ts";
import { planRebuild } from "#functions/app/rebuild/rebuild-state.ts";
import type { Deps } from "#functions/compose.ts";
import { ACCOUNT } from "../account.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const MINUTE_MS = 60_000;
const OPERATOR_TRIES_AGAIN_MS = 4_000;
const COMPARED = 10;

/** As a process of its own: beside the functions that are at work. */
function useTool(stage: Stage, work: (deps: Deps) => Promise<void>): void {
  stage.world.functions.invoke(
    "reconcile",
    "runs an operator's tool",
    async ({ duties, deps }) => {
      await duties.guard();
      await work(deps);
    },
    (how) => {
      if (how !== "ok") stage.after(OPERATOR_TRIES_AGAIN_MS, () => useTool(stage, work));
    },
  );
}

async function withPosition(stage: Stage): Promise<void> {
  await stage.signal("earlier");
  await stage.run(6_000);
}

export const tools: readonly Scenario[] = [
  {
    name: "a peak that an operator drops",
    async before(stage) {
      stage.world.schedules.arrange("nav", stage.nowMs + 6 * MINUTE_MS);
      await stage.run(6 * MINUTE_MS);
    },
    trial: (stage) =>
      useTool(stage, async ({ documents }) => {
        await stage.commit((await planPeakRebuild(documents, ACCOUNT)).writes);
      }),
  },
  {
    name: "books that an operator compares with the journal",
    before: withPosition,
    trial: (stage) =>
      useTool(stage, async (deps) => {
        const { writes } = await planRebuild(deps, ACCOUNT, "tools/rebuild");
        if (writes.length > 0) await deps.documents.commit(writes);
      }),
  },
  {
    name: "a config that is tried on recorded intents",
    before: withPosition,
    trial: (stage) => {
      const config = stage.read(paths.config(ACCOUNT)) as unknown as AccountConfig;
      useTool(stage, async (deps) => {
        await shadowConfig(deps, { accountId: ACCOUNT, config, limit: COMPARED });
      });
    },
  },
];
