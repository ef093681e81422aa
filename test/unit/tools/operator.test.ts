// A tool never writes to prod by accident: the flag is asked for before any connection is made.
import { describe, expect, it } from "vitest";
import { systemParts } from "../../../tools/operator.ts";

describe("an operator tool", () => {
  it("refuses to write to prod without the flag, and says which", async () => {
    const target = { environment: "prod", projectId: "ballast-prod", writes: true, allowProd: false };
    await expect(systemParts(target)).rejects.toThrow("--allow-prod");
  });

  it("refuses an environment that does not exist", async () => {
    const target = { environment: "production", projectId: "p", writes: false, allowProd: false };
    await expect(systemParts(target)).rejects.toThrow();
  });
});
