// A thread that fuzzes the chunks it is given: messages in are ranges of seeds, messages out their results.
import { parentPort } from "node:worker_threads";
import { type CampaignResult, runCampaign } from "./campaign.ts";

export interface Chunk {
  readonly from: number;
  readonly inputs: number;
  readonly maxViolations: number;
}

export type ChunkResult = CampaignResult & { readonly chunk: Chunk };

const port = parentPort;
if (port === null) throw new Error("worker.ts is started by parallel.ts, not by itself");
port.on("message", async (chunk: Chunk) => {
  port.postMessage({ ...(await runCampaign(chunk)), chunk } satisfies ChunkResult);
});
