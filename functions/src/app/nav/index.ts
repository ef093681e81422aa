// The door of nav.
export { type NavCache, type NavDeps, writeNav } from "./write-nav.ts";
