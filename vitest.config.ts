// The test runner's settings: one place for what counts as a test and how many workers a two-core machine gets.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    maxWorkers: 2,
    // Ends what hangs, no more: machines are shared, and what must be fast is measured by itself.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    sequence: { shuffle: true },
  },
});
