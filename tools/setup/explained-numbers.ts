// The numbers of a risk profile as lines for a person: name, value, reason. Every number of the table is among them.
import { dec, decimalString } from "#domain/decimal.ts";
import { PROFILE_NUMBERS, type ProfileName, type ProfileNumber } from "./risk-profiles.ts";

const NAME_WIDTH = 22;
const VALUE_WIDTH = 22;
const BPS = 10_000;

export function explainedNumbers(profile: ProfileName, capitalUsd: string): readonly string[] {
  const rows = Object.entries(PROFILE_NUMBERS).map(([name, number]: readonly [string, ProfileNumber]) => {
    const value = valueText(number, profile, capitalUsd);
    return `  ${name.padEnd(NAME_WIDTH)} ${value.padEnd(VALUE_WIDTH)} ${number.why}`;
  });
  return [`${profile}, for ${capitalUsd} USD:`, ...rows];
}

function valueText(number: ProfileNumber, profile: ProfileName, capitalUsd: string): string {
  const value = number[profile];
  switch (number.unit) {
    case "capitalBps":
      return `${decimalString(dec(capitalUsd).mul(value).div(BPS))} USD (${value / 100} %)`;
    case "bps":
      return `${value / 100} %`;
    case "times":
      return `${value}x NAV`;
    case "count":
      return String(value);
    case "minutes":
      return `${value} min`;
  }
}
