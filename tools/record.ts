// Records the answers of a venue's test network, with keys of a person, and says where they differ from the answers that
// the tests know. Trades the smallest amounts with play money; refuses production hosts. Never run by a test or in CI.
//   npm run record -- --out FOLDER [--symbol BTCUSDT]
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createCcxtVenue } from "#adapters/ccxt/ccxt-venue.ts";
import { createNodeTransport } from "#adapters/http/node-transport.ts";
import { createSystemClock } from "#adapters/system/clock.ts";
import { createSystemIdentity } from "#adapters/system/identity.ts";
import { ANSWER_FILES, answerFile } from "#test/recorded/venue/answers.ts";
import { type Recording, recordVenue } from "./record/record-venue.ts";
import { recorderSettings } from "./record/recorder-settings.ts";

const REQUEST_TIMEOUT_MS = 15_000;

const { values } = parseArgs({
  options: { out: { type: "string" }, symbol: { type: "string", default: "BTCUSDT" } },
});

async function main(): Promise<void> {
  if (values.out === undefined) throw new Error("Say where the answers go: --out FOLDER");
  const folder = values.out;
  const { origin, keys } = recorderSettings(process.env);
  const clock = createSystemClock();
  const identity = createSystemIdentity();
  const say = (line: string): void => console.log(line);
  const logger = { info: say, warn: say, error: say };
  const known = new Map(
    ANSWER_FILES.map(answerFile).map(({ call, answers }) => [call, Object.values(answers)]),
  );
  await recordVenue(
    {
      transport: createNodeTransport(REQUEST_TIMEOUT_MS),
      openVenue: (transport) =>
        createCcxtVenue({
          venue: "binance-usdm",
          keys,
          origin,
          clock,
          identity,
          logger,
          requestTimeoutMs: REQUEST_TIMEOUT_MS,
          transport,
        }),
      clock,
      symbol: values.symbol,
      newId: () => `rec-${identity.newId()}`.slice(0, 36),
      say,
    },
    known,
    (recordings) => keep(folder, recordings, say),
  );
}

function keep(folder: string, recordings: readonly Recording[], say: (line: string) => void): void {
  mkdirSync(folder, { recursive: true });
  for (const { call, answers, faults } of recordings) {
    const name = call.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    writeFileSync(
      join(folder, `${name}.json`),
      `${JSON.stringify({ call, kind: "recorded", answers }, null, 2)}\n`,
    );
    if (faults === null) say(`${call}: no known answer`);
    else say(faults.length === 0 ? `${call}: as known` : `${call}: differs\n  ${faults.join("\n  ")}`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
