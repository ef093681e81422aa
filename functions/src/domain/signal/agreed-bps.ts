// A share or a distance that an alert may spell in percent or in basis points: both at once have to say the same.
import { SignalFault } from "./fault.ts";

/** Null where neither is there. Throws SignalFault AMBIGUOUS_SIGNAL where they differ. */
export function agreedBps<Bps extends string, Pct extends string>(
  fields: { readonly [Name in Bps | Pct]?: number | undefined },
  bpsName: Bps,
  pctName: Pct,
): number | null {
  const [bps, pct] = [fields[bpsName], fields[pctName]];
  if (bps !== undefined && pct !== undefined && bps !== pct)
    throw new SignalFault("AMBIGUOUS_SIGNAL", [`${bpsName} and ${pctName} differ`], "Send one of them");
  return bps ?? pct ?? null;
}
