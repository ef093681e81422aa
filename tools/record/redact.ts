// Takes out of an answer whatever says whose it is, and shortens lists of the whole market: shape and types stay, so that
// the answer can be kept with the tests.

/** Ids that the venue gives; a person could be found by them. */
const IDS: ReadonlySet<string> = new Set([
  "orderId",
  "actualOrderId",
  "algoId",
  "tranId",
  "tradeId",
  "id",
  "lastUpdateId",
  "tradeGroupId",
]);
/** Texts that name an account or an address. */
const NAMES: ReadonlySet<string> = new Set(["accountAlias", "info"]);
/** An address of the sender, as refusals of a key repeat it. */
const ADDRESS = /\b\d{1,3}(\.\d{1,3}){3}\b|\b[0-9a-f]{0,4}(:[0-9a-f]{0,4}){3,7}\b/gi;
/** Rows kept of a list: enough to see every shape of the symbols that are traded. */
const MAX_ROWS = 5;

export function redacted(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.slice(0, MAX_ROWS).map((each) => redacted(each, name));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, redacted(each, field)]));
  if (typeof value === "number") return IDS.has(name) && value > 0 ? 1 : value;
  if (typeof value !== "string") return value;
  if (IDS.has(name) || NAMES.has(name))
    return value === "" ? "" : value.replaceAll(/[A-Za-z]/g, "x").replaceAll(/\d/g, "1");
  return value.replaceAll(ADDRESS, "[address]");
}
