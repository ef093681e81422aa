// An instance begins at once to load the clients of venues where its function asks venues, and in no other. The
// identities say which do: the trader acts at venues, and one function of the teller reads their public pages.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FUNCTIONS, IDENTITIES } from "#entry/options.ts";

const loadVenues = vi.hoisted(() => vi.fn(async () => undefined));
vi.mock("#functions/wiring.ts", () => ({ loadVenues }));

beforeEach(() => {
  vi.resetModules();
  loadVenues.mockClear();
});
afterEach(() => {
  delete process.env.FUNCTION_TARGET;
});

it.each(Object.entries(FUNCTIONS))("%s", async (name, { serviceAccount }) => {
  process.env.FUNCTION_TARGET = name;
  await import("#entry/load-ahead.ts");
  const asksVenues = serviceAccount === IDENTITIES.trader || name === "universeHourly";
  expect(loadVenues).toHaveBeenCalledTimes(asksVenues ? 1 : 0);
});

it("loads nothing where functions are only listed, nor for a name that is none of ours", async () => {
  await import("#entry/load-ahead.ts");
  vi.resetModules();
  process.env.FUNCTION_TARGET = "constructor";
  await import("#entry/load-ahead.ts");
  expect(loadVenues).not.toHaveBeenCalled();
});
