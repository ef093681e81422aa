// The suites that mutants are tried against: those of the pure layer and of the execution path. Isolated, because a
// mutant of a constant only shows when its module is loaded anew.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "test/unit/domain/**/*.test.ts",
      "test/unit/app/executeIntent.test.ts",
      "test/unit/app/execution/**/*.test.ts",
    ],
    testTimeout: 20_000,
  },
});
