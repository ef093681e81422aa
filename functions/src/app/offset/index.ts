// The door of the offset. Entry points: start a plan where the config asks for one, and go on with the one that is under way.
// Keeps rules 1 (stored before sent), 5 (fresh ground), 6 (old fences never land), 7
// (nothing in silence) and 14 (exits before entries), docs/RULES.md.
export { continueOffset } from "./continue-offset.ts";
export { startOffset } from "./start-offset.ts";
