// The door of universe.
export { refreshUniverse } from "./refresh-universe.ts";
