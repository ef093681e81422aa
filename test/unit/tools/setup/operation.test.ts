// An operation of Google's that fails, or never ends, ends setup with Google's own words or with its name.
import { expect, it } from "vitest";
import { createFakeClock } from "#test/support/memory/clock.ts";
import { operation } from "#tools/setup/google/operation.ts";
import { createRest } from "#tools/setup/google/rest.ts";

const ROOT = "https://firestore.googleapis.com/v1";
const NAME = "projects/p/databases/(default)/operations/o1";

function waitFor(answers: readonly object[]): Promise<void> {
  const clock = createFakeClock();
  const left = [...answers];
  const rest = createRest(async ({ url }) => {
    expect(url).toBe(`${ROOT}/${NAME}`);
    return { status: 200, body: left.shift() ?? { name: NAME } };
  });
  return operation(rest, ROOT, { name: NAME }, (durationMs) => clock.sleep(durationMs));
}

it("one that ends well is waited for", async () => {
  await waitFor([{ name: NAME }, { name: NAME, done: true, response: {} }]);
});

it("one that fails is told in Google's words", async () => {
  const failed = { name: NAME, done: true, error: { code: 8, message: "The quota is used up." } };
  await expect(waitFor([{ name: NAME }, failed])).rejects.toThrow(`${NAME} failed: The quota is used up.`);
});

it("one that never ends is given up, by its name", async () => {
  await expect(waitFor([])).rejects.toThrow(`${NAME} is not done after 10 minutes`);
});
