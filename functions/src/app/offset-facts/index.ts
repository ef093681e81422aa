// The door of an offset's facts. Entry points: what stands beside the books that an offset is decided on, and the decision on all of it.
// Asks and decides only. Keeps rules 5 (fresh ground) and 12 (one moment, and now), docs/RULES.md.
export { decideOffset, type FoundOffset, findOffset, readBeside } from "./find-offset.ts";
export { readClosedGroups } from "./read-closed.ts";
export { askTouches, groundOf, readAlarms, readEndedGroups, readNav, touchesOfNav } from "./read-facts.ts";
