// Documents of the running stack as they stand, and the config as an operator changes it for one test.
import { paths } from "#domain/documents/paths.ts";
import { ACCOUNT_ID } from "#local/stack/settings.ts";
import type { TestStack } from "#test/support/stack.ts";
import { commandDone, STEP_TIMEOUT_MS } from "./running-stack.ts";

export async function documentAt(stack: TestStack, path: string): Promise<Record<string, unknown>> {
  return await stack.database.waitFor(path, "document", STEP_TIMEOUT_MS, (data) => data);
}

/** The config in force with some fields changed; the next test begins with the first config again. */
export async function changeConfig(
  stack: TestStack,
  changed: (config: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Promise<void> {
  // The stamp of its stored form is no part of a config.
  const { schema: _schema, ...config } = await documentAt(stack, paths.config(ACCOUNT_ID));
  const next = { ...config, ...changed(config) };
  await commandDone(stack, { kind: "set_config", baseVersion: config.version, config: next });
}
