// Everything that a seed says of a run before it begins: its setup and its items, each part from a stream of its own, so
// that a part which is added or changed leaves the others as they were.
import type { VenueId } from "#domain/documents/account.ts";
import { Random } from "../engine/random.ts";
import { withVenues } from "../venues.ts";
import { drawAdoptions } from "./adoptions.ts";
import { drawOrders } from "./commands.ts";
import { drawCrowds } from "./crowds.ts";
import { drawEmergencies } from "./emergencies.ts";
import { drawEndpoints, withBlindLimits, withTimeFor } from "./endpoints.ts";
import { drawEntryLegs } from "./entry-legs.ts";
import { drawExitLives } from "./exit-lives.ts";
import { drawExitRoutes, withExitRoutes } from "./exit-routes.ts";
import { drawSizedAlerts, drawTargets, withSizes } from "./exits-and-sizes.ts";
import { drawForgers } from "./forgers.ts";
import { drawHandSettings, drawHandSymbols, withReadingsDue, withSymbolsWanted } from "./hand-settings.ts";
import { drawIncidents } from "./incidents.ts";
import { drawItems, type Item } from "./items.ts";
import { drawMeanings } from "./meanings.ts";
import { drawOccurrences } from "./occurrences.ts";
import { drawOffsets, withOffset } from "./offsets.ts";
import { drawOutside, withVenueRules } from "./outside.ts";

import { drawPositionOrders } from "./position-orders.ts";
import { drawQueues, withQueues } from "./queues.ts";
import { ALONE_LIVES, aloneWithRoutes, drawRoutes, withRoutes } from "./routes.ts";
import { drawRuins } from "./ruins.ts";
import { drawScenes, drawTracelessExit, withTimeForScenes } from "./scenes.ts";
import { drawSetup, type RunSetup } from "./setup.ts";
import { drawStorms } from "./storms.ts";
import { drawStrangers, withPositionRule } from "./strangers.ts";
import { withTuned } from "./tuned.ts";
import { drawTurns } from "./turns.ts";
import { drawUnreadable } from "./unreadable.ts";
import { drawValuation } from "./valuation.ts";
import { drawVolatilityAlerts } from "./volatility.ts";

export interface Drawn {
  readonly setup: RunSetup;
  readonly items: readonly Item[];
}

/** Every paper account at `venue`, the first one unless another is named; null: as the seed draws it. */
export function drawRun(seed: number, venue: VenueId | null = "binance-usdm"): Drawn {
  const drawn = drawWithExitRoutes(seed);
  return { ...drawn, setup: withVenues(new Random(seed, "venue"), drawn.setup, venue) };
}

function drawWithExitRoutes(seed: number): Drawn {
  const drawn = drawWithoutExitRoutes(seed);
  // Of all names tried for this stream, the one by which no seed that once broke a rule, or catches a mutation, is another run.
  const patient = withExitRoutes(new Random(seed, "makerRun519"), drawn.setup);
  if (patient === null) return drawn;
  return {
    setup: patient,
    items: [...drawn.items, ...drawExitRoutes(new Random(seed, "exitRoutes"), patient)],
  };
}

function drawWithoutExitRoutes(seed: number): Drawn {
  const stream = (purpose: string): Random => new Random(seed, purpose);
  const drawn = drawSetup(stream("setup"), stream("limits"), stream("losses"));
  const ruled = withPositionRule(stream("positionRule"), drawn);
  const blind = withBlindLimits(stream("blindLimits"), ruled);
  const sized = withSizes(stream("strategySizes"), withVenueRules(stream("venueRules"), blind));
  const queued = withQueues(stream("queuePools"), sized);
  const offset = withOffset(stream("offsetAccounts"), queued);
  const setup = offset?.setup ?? queued;
  const offsets = offset === null ? [] : drawOffsets(stream("offsets"), setup);
  if (offset?.isAlone === true) return { setup, items: offsets };
  // Of all names tried for this stream, the one by which no seed that once broke a rule loses its own items.
  const alone = aloneWithRoutes(stream("makerRun"), setup);
  if (alone !== null) {
    const items = drawRoutes(stream("routes"), alone, ALONE_LIVES);
    return { setup: withTuned(stream("tunedRouters"), alone), items };
  }
  const endpoints = drawEndpoints(stream("endpoints"), setup);
  const byHand = drawHandSettings(stream("handSettings"), setup);
  const ofSymbols = drawHandSymbols(stream("handSymbols"), setup);
  const scenes = drawScenes(stream("scenes"), setup);
  const traceless = drawTracelessExit(stream("tracelessExit"), setup);
  // So much has to err at once in it that it has its run to itself, but for what strikes single port calls.
  if (traceless.length > 0) return { setup: withTimeForScenes(traceless, setup), items: traceless };
  const items = [
    ...drawItems(stream("workload"), setup),
    ...drawEmergencies(stream("emergencies"), setup),
    ...drawOrders(stream("orders"), setup),
    ...drawOccurrences(stream("occurrences"), setup),
    ...drawMeanings(stream("meanings"), setup),
    ...drawStrangers(stream("strangers"), setup),
    ...drawTurns(stream("turns"), setup),
    ...drawValuation(stream("valuation"), setup),
    ...endpoints,
    ...drawOutside(stream("outside"), setup),
    ...byHand,
    ...drawIncidents(stream("incidents"), setup),
    ...drawCrowds(stream("crowds"), setup),
    ...drawSizedAlerts(stream("sizedAlerts"), setup),
    ...drawVolatilityAlerts(stream("volatilityAlerts"), setup),
    ...drawExitLives(stream("exitLives"), setup),
    ...drawEntryLegs(stream("entryLegs"), setup),
    ...drawTargets(stream("targets"), setup),
    ...drawForgers(stream("forgers"), setup),
    ...drawStorms(stream("storms"), setup),
    ...drawRuins(stream("ruins"), setup),
    ...drawUnreadable(stream("unreadable"), setup),
    ...drawQueues(stream("queues"), setup),
    ...drawAdoptions(stream("adoptions"), setup),
    ...drawPositionOrders(stream("positionOrders"), setup),
    ...offsets,
    ...scenes,
    ...ofSymbols,
  ];
  const lasting = withTimeForScenes(scenes, withTimeFor(endpoints, setup));
  const due = withReadingsDue(byHand, stream("readingsDue"), lasting);
  const routed = withRoutes(
    stream("routedStrategies"),
    withSymbolsWanted(ofSymbols, stream("symbolsDue"), due),
  );
  const tuned = withTuned(stream("tunedRouters"), routed);
  return { setup: tuned, items: [...items, ...drawRoutes(stream("routes"), routed)] };
}
