// `npm run house`: the structure of the code as rooms on floors, in words; `--svg FILE` draws it, `--tree DIR` measures
// another checkout. Exit code 1 when rooms or files need each other, or when an import passes a door by.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { doorFaults, PLACE_WITH_DOORS } from "./house/doors.ts";
import { circlesOf, fileGraph, type House, houseOf } from "./house/house.ts";
import { drawHouses } from "./house/picture.ts";
import { ROOT, sourcesOfTree } from "./house/source.ts";

/** From the whole down to the rooms that change most. */
const PLACES = [
  "functions/src",
  "functions/src/domain",
  PLACE_WITH_DOORS,
  "functions/src/adapters",
  "local",
  "local/exchange",
  "local/firestore",
  "local/serving",
  "hosting/src",
  "strategies",
  "tools",
] as const;

/** A picture is of the product; the servers and tools around it are in the words. */
const DRAWN: ReadonlySet<string> = new Set(["functions/src", "functions/src/domain", PLACE_WITH_DOORS]);

function lines({ place, rooms, floors, arrows, circles }: House): readonly string[] {
  const files = rooms.reduce((sum, room) => sum + room.files, 0);
  const head = `${place}: ${rooms.length} rooms on ${floors} floors, ${arrows} arrows, ${files} files, ${circles.length} circles`;
  const byFloor = Array.from({ length: floors }, (_none, below) => floors - 1 - below).map((floor) => {
    const here = rooms.filter((room) => room.floor === floor);
    return `  floor ${floor}  ${here.map(({ name, files: count }) => `${name} (${count})`).join(", ")}`;
  });
  return [head, ...byFloor, ""];
}

function main(): boolean {
  const { values } = parseArgs({ options: { tree: { type: "string" }, svg: { type: "string" } } });
  const root = values.tree === undefined ? ROOT : resolve(values.tree);
  const files = sourcesOfTree(root, "functions/src", "hosting/src", "strategies", "local", "tools");
  const graph = fileGraph(root, files);
  const houses = PLACES.map((place) => houseOf(place, files, graph));
  for (const house of houses) process.stdout.write(`${lines(house).join("\n")}\n`);
  const faults = [
    ...houses.flatMap(({ place, circles }) =>
      circles.map((circle) => `${place}: rooms that need each other: ${circle.join(", ")}`),
    ),
    ...circlesOf(graph).map((circle) => `files that need each other: ${circle.join(", ")}`),
    ...doorFaults(root, files),
  ];
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(`house: ${faults.length} faults\n`);
  if (values.svg !== undefined)
    writeFileSync(values.svg, drawHouses(houses.filter(({ place }) => DRAWN.has(place))));
  return faults.length === 0;
}

process.exitCode = main() ? 0 : 1;
