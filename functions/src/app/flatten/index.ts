// The door of flatten.
export { advanceFlatten } from "./advance-flatten.ts";
