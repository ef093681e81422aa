// The suites that mutants are tried against: those of the pure layer and of the execution path. Isolated, because a
// mutant of a constant only shows when its module is loaded anew.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "test/unit/domain/**/*.test.ts",
      "test/unit/app/execution/execute-intent.test.ts",
      "test/unit/app/execution/**/*.test.ts",
    ],
    // A run of an hour shares its machine: a mutant that hangs is Stryker's to end, not a test's own limit.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
