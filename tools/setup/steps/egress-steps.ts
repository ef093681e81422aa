// One fixed address to the venues, where it was asked for: its parts before the functions, and the functions behind it once
// they are deployed, before the proof goes out by it. Nothing is taken away again by an answer of no.
import { EGRESS_FUNCTIONS, EGRESS_PART_LINES, EGRESS_PARTS, type EgressPart } from "#deploy/egress.ts";
import type { SetupParts } from "../setup-parts.ts";
import type { Step } from "../step.ts";

const NONE: readonly Step[] = [];

export function fixedAddress({ project, answers }: SetupParts): readonly Step[] {
  if (answers.fixedAddress === "no") return NONE;
  const missing = async (): Promise<readonly EgressPart[]> => {
    const present = await project.egressParts();
    return EGRESS_PARTS.filter((part) => !present.has(part));
  };
  const lineOf = (part: EgressPart): string => EGRESS_PART_LINES[part];
  return [
    {
      name: "fixed address",
      needs: ["APIs"],
      wants: EGRESS_PARTS.map(lineOf),
      missing: async () => (await missing()).map(lineOf),
      async apply() {
        for (const part of await missing()) await project.createEgressPart(part);
      },
    },
  ];
}

export function functionsBehindIt({ project, answers }: SetupParts): readonly Step[] {
  if (answers.fixedAddress === "no") return NONE;
  const missing = async (): Promise<readonly string[]> => {
    const present = await project.functionsWithEgress();
    return EGRESS_FUNCTIONS.filter((name) => !present.has(name));
  };
  const lineOf = (name: string): string => `${name} leaves by the fixed address`;
  return [
    {
      name: "functions behind the fixed address",
      needs: ["APIs", "fixed address", "functions and page"],
      wants: EGRESS_FUNCTIONS.map(lineOf),
      missing: async () => (await missing()).map(lineOf),
      async apply() {
        for (const name of await missing()) await project.giveEgress(name);
      },
    },
  ];
}
