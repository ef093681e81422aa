// docs/alerts.md as text: messages to paste, and every field of an alert with the form that the schema asks for.
import { OWN_FIELDS, PLACEHOLDER_FIELDS, PLOT_FIELDS } from "#domain/signal/field-names.ts";
import { tradingViewAlertSchema } from "#schemas/tradingview.ts";
import { EXAMPLES, messageOf } from "./examples.ts";
import { FIELD_NOTES, KEPT_FIELDS, KEPT_NOTE } from "./field-notes.ts";

/** No field takes it, so its refusal names the form that the field wants. */
const NO_VALUE_OF_ANY_FORM = "\u0001";
/** Longer than any text that a field takes. */
const TOO_LONG = "x".repeat(10_000);
const WANTED = /^must be (.*?), not /;

/** The form of a field, as the schema's own refusal says it. */
export function formOf(field: string): string {
  const schema = tradingViewAlertSchema.shape[field as keyof typeof tradingViewAlertSchema.shape];
  for (const probe of [NO_VALUE_OF_ANY_FORM, TOO_LONG]) {
    const parsed = schema.safeParse(probe);
    const wanted = parsed.success ? undefined : WANTED.exec(parsed.error.issues[0]?.message ?? "")?.[1];
    if (wanted !== undefined) return wanted;
  }
  throw new Error(`The schema does not say what ${field} has to be`);
}

export function alertFields(): readonly string[] {
  const plots = new Set<string>(PLOT_FIELDS);
  return [...OWN_FIELDS, ...PLACEHOLDER_FIELDS.filter((field) => !plots.has(field)), PLOT_FIELDS[0] ?? ""];
}

function rowOf(field: string): string {
  const isPlot = field === PLOT_FIELDS[0];
  const note = isPlot || KEPT_FIELDS.has(field) ? KEPT_NOTE : FIELD_NOTES[field];
  if (note === undefined) throw new Error(`Field ${field} has no note in tools/alerts/field-notes.ts`);
  const name = isPlot ? `\`${PLOT_FIELDS[0]}\` to \`${PLOT_FIELDS.at(-1)}\`` : `\`${field}\``;
  return `| ${name} | ${formOf(field)} | ${note} |`;
}

export function alertsPage(): string {
  const examples = EXAMPLES.map(
    (example) => `### ${example.purpose}\n\n${example.when}\n\n\`\`\`json\n${messageOf(example)}\n\`\`\`\n`,
  );
  return `# Alerts to paste

A hook (\`npm run ballast -- hook create NAME --account main --write\`) shows an address and a token, once. In TradingView put the address into the alert's webhook field and one of these messages into its message box, with the token in its place. The token belongs in the body: addresses end in logs. Placeholders in double braces are filled in by TradingView, in the message box and not in Pine code.

This file is printed from the schema by \`node tools/alerts-page.ts > docs/alerts.md\`; answers, identity and all rules are in [api.md](api.md).

## Messages

${examples.join("\n")}
A sender that signs (\`hook create NAME --mode signed\`) leaves the token out and sends Standard Webhooks headers ([api.md](api.md#proof)).

## Fields

Names are read without regard to case, dots, underscores and hyphens, and TradingView's own spelling works: \`{{strategy.order.action}}\` belongs in \`strategyOrderAction\`, \`orderAction\` or \`strategy.order.action\`. A field that is left out says nothing. An entry is refused for a field that cannot be read; an exit is not, unless its symbol, side or share is unclear.

| field | form | meaning |
|---|---|---|
| \`token\` | text | ${FIELD_NOTES.token} |
${alertFields().map(rowOf).join("\n")}
`;
}
