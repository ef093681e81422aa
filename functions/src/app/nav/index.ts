// The door of nav.
export { type NavDeps, writeNav } from "./write-nav.ts";
