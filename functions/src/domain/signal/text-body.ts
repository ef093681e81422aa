// A text alert body as fields: `action=buy symbol=BTCUSDT notionalUsd=100`, parted by spaces, lines, commas or
// semicolons; quotes around values with spaces. Free text is refused: an order is never read out of a sentence.
import { trimmed } from "./ascii.ts";
import { SignalFault } from "./fault.ts";
import { lastPart } from "./field-names.ts";
import type { TakenApart } from "./json-body.ts";
import { isDirectToken, isSecretName, REDACTED } from "./redact.ts";

/**
 * A comma before a digit belongs to the value, since no name begins with one: `takeProfits=2%:50,4%:50`. A blank behind `=` belongs to the pair, unless another pair follows: then the value is
 * empty.
 */
const PAIR =
  /([A-Za-z_][\w.]{0,99})[ \t]?=(?:[ \t](?![A-Za-z_][\w.]{0,99}[ \t]?=))?("[^"]*"|(?:[^ \t\r\n,;"]|,(?=\d))*)(?:[ \t\r\n,;]+|$)/y;
const REMEDY =
  "Send key=value pairs, like: action=buy symbol={{ticker}} timenow={{timenow}} — or one JSON object";

/** Fields in the order of the text. Throws SignalFault BODY_UNREADABLE. */
export function readTextBody(text: string): TakenApart {
  const body = trimmed(text);
  if (body === "") throw new SignalFault("BODY_UNREADABLE", ["the body is empty"], REMEDY);
  const fields = new Map<string, string>();
  const repeated = new Set<string>();
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < body.length) {
    const at = PAIR.lastIndex;
    const match = PAIR.exec(body);
    if (match === null)
      throw new SignalFault("BODY_UNREADABLE", [`no key=value pair at character ${at + 1}`], REMEDY);
    const [, name = "", raw = ""] = match;
    if (fields.has(name)) repeated.add(lastPart(name));
    fields.set(name, raw.startsWith('"') ? raw.slice(1, -1) : raw);
  }
  const sent = [...fields].map(([name, value]) => ({
    name,
    value: isSecretName(name) && !isDirectToken(name) ? REDACTED : value,
  }));
  return { sent, repeated: [...repeated], bare: [] };
}
