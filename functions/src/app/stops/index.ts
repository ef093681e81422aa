// The door of exits that rest at the venue. Entry points: place, learn, keep and withdraw them, act on those that a commit
// planned, book those that fired, list those that wait at the venue, ask for the prices that some follow, tell which need
// a look. Keeps rules 1 (stored
// before sent), 3 (the venue is right) and 14 (exits before entries), docs/RULES.md.
export { actOnStops } from "./act-on-stops.ts";
export { cancelStopsOf } from "./cancel-stops.ts";
export { bookFiredStops } from "./fired-stops.ts";
export { keepStops, learnStops, placeStops } from "./keep-stops.ts";
export { listStops, symbolsOfStops } from "./list-stops.ts";
export { pricesOfTrails } from "./look-at-prices.ts";
export { concernsStops, hasOpenStops, openStopsLookedAtMs, stopsDiffer } from "./open-stops.ts";
