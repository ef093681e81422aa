// The door of flatten. Entry point: advance an ordered flatten by one bounded look: clear orders, close positions,
// withdraw stops, end it. Keeps rules 1 (stored before sent), 2 (never beyond plan), 6 (old fences never land) and 14
// (exits before entries), docs/RULES.md.
export { advanceFlatten } from "./advance-flatten.ts";
