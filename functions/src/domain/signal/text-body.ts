// A text alert body as fields: `action=buy symbol=BTCUSDT notionalUsd=100`, parted by spaces, lines, commas or
// semicolons; quotes around values with spaces. Free text is refused: an order is never read out of a sentence.
import { SignalFault } from "./fault.ts";
import type { SentField } from "./field-names.ts";
import { isDirectToken, isSecretName, REDACTED } from "./redact.ts";

const PAIR = /([A-Za-z_][\w.]{0,99})[ \t]?=[ \t]?("[^"]*"|[^\s,;"]*)(?:[\s,;]+|$)/y;
const REMEDY =
  "Send key=value pairs, like: action=buy symbol={{ticker}} timenow={{timenow}} — or one JSON object";

/** Fields in the order of the text. Throws SignalFault BODY_UNREADABLE or AMBIGUOUS_SIGNAL. */
export function readTextBody(text: string): readonly SentField[] {
  const body = text.trim();
  if (body === "") throw new SignalFault("BODY_UNREADABLE", ["the body is empty"], REMEDY);
  const fields = new Map<string, string>();
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < body.length) {
    const at = PAIR.lastIndex;
    const match = PAIR.exec(body);
    if (match === null)
      throw new SignalFault("BODY_UNREADABLE", [`no key=value pair at character ${at + 1}`], REMEDY);
    const [, name = "", raw = ""] = match;
    if (fields.has(name))
      throw new SignalFault("AMBIGUOUS_SIGNAL", [`${name} is there twice`], "Send each field once");
    fields.set(name, raw.startsWith('"') ? raw.slice(1, -1) : raw);
  }
  return [...fields].map(([name, value]) => ({
    name,
    value: isSecretName(name) && !isDirectToken(name) ? REDACTED : value,
  }));
}
