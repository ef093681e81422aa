// docs/roles.md is the table of roles, printed.
import { expect, it } from "vitest";
import { readText } from "#tools/house/source.ts";
import { rolesPage } from "#tools/roles-page.ts";

it("docs/roles.md says what the table says; print it anew with node tools/roles-page.ts > docs/roles.md", () => {
  expect(readText("docs/roles.md")).toBe(rolesPage());
});
