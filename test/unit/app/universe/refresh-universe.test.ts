// The markets that all accounts are decided on: a run that took long does not put its old list in the place of a later one.
import { expect, it } from "vitest";
import type { Universe } from "#domain/documents/market.ts";
import { paths } from "#domain/documents/paths.ts";
import { refreshUniverse } from "#functions/app/universe/refresh-universe.ts";
import { PreconditionFailedError } from "#ports/documents.ts";
import { createWorld, profile } from "#test/support/world.ts";

const MINUTE_MS = 60_000;

it("markets of a run that stood still are not stored over those of a later run, and the run is told to try again", async () => {
  const world = await createWorld();
  const [slow, later] = [world.instance("slow"), world.instance("later")];
  const publicVenueFor: typeof slow.publicVenueFor = async (of) => {
    const venue = await slow.publicVenueFor(of);
    const fetchMarkets: typeof venue.fetchMarkets = async () => {
      const markets = await venue.fetchMarkets();
      await world.clock.advance(MINUTE_MS);
      await refreshUniverse(later, [profile]);
      return markets;
    };
    return { ...venue, fetchMarkets };
  };
  const began = world.clock.nowMs();
  await expect(refreshUniverse({ ...slow, publicVenueFor }, [profile])).rejects.toBeInstanceOf(
    PreconditionFailedError,
  );
  const stored = world.read<Universe>(paths.universe);
  expect(stored?.asOfMs).toBe(began + MINUTE_MS);
  await refreshUniverse(slow, [profile]);
});
