// The door of stops.
export { actOnStops } from "./act-on-stops.ts";
export { cancelStopsOf } from "./cancel-stops.ts";
export { bookFiredStops } from "./fired-stops.ts";
export { keepStops, learnStops, placeStops } from "./keep-stops.ts";
export { listStops, symbolsOfStops } from "./list-stops.ts";
export { concernsStops, hasOpenStops, openStopsLookedAtMs, stopsDiffer } from "./open-stops.ts";
