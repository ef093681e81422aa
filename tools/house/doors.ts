// Doors: a room of `functions/src/app` is entered through its `index.ts` only. A file inside a room names its neighbours by
// path; the room's door lists what the rest of the product may use.
import { roomOf } from "./house.ts";
import { ImportResolver, importsOf } from "./imports.ts";
import { lineOf, type SourceFile } from "./source.ts";

/** Where every room has a door. */
export const PLACE_WITH_DOORS = "functions/src/app";
const DOOR = "index.ts";

/** Imports from outside a room that pass its door by, imports of the own door, and rooms without one. */
export function doorFaults(root: string, files: readonly SourceFile[]): readonly string[] {
  const resolver = new ImportResolver(root);
  const passedBy = files.flatMap((file) =>
    importsOf(file).flatMap(({ from, node }) => {
      const target = resolver.resolve(file.path, from);
      if (target === null || !target.startsWith(`${PLACE_WITH_DOORS}/`)) return [];
      const room = roomOf(PLACE_WITH_DOORS, target);
      const isInside = file.path.startsWith(`${PLACE_WITH_DOORS}/${room}/`);
      const isDoor = target === `${PLACE_WITH_DOORS}/${room}/${DOOR}`;
      if (isInside !== isDoor) return [];
      const where = `${file.path}:${lineOf(file, node.start)}`;
      return [
        isInside
          ? `${where}: goes out by its own room's door to reach ${from}; name the file`
          : `${where}: passes the door of ${room} by; import it from #app/${room}`,
      ];
    }),
  );
  const paths = new Set(files.map(({ path }) => path));
  const rooms = new Set(
    [...paths]
      .filter((path) => path.startsWith(`${PLACE_WITH_DOORS}/`))
      .map((path) => roomOf(PLACE_WITH_DOORS, path)),
  );
  const doorless = [...rooms]
    .filter((room) => !paths.has(`${PLACE_WITH_DOORS}/${room}/${DOOR}`))
    .map((room) => `${PLACE_WITH_DOORS}/${room}: stands without a door, which is a folder with an ${DOOR}`);
  return [...passedBy, ...doorless];
}
