// The door of directives: commands on one position, which the holder of the lease carries out. Entry points: carry out those
// that wait, the writes with which a command ends. Keeps rules 5 (fresh ground), 6 (old fences never land), 7 (nothing in
// silence: a command takes effect once) and 14 (exits before entries), docs/RULES.md.
export { carryOutDirectives } from "./carry-out-directives.ts";
export { commandEndWrites } from "./command-end.ts";
