// The door of universe. Entry point: refresh the stored markets of all configured symbols from their venues. Keeps rule 8
// (failure is never health: a failed or empty answer changes nothing), docs/RULES.md.
export { refreshUniverse, type UniverseDeps } from "./refresh-universe.ts";
