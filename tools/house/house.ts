// The structure of a tree as rooms, floors and arrows. A room is a child of the measured place, folder or file; an arrow
// runs from a room to a room that it imports, types included; a room stands one floor above the highest room it needs.
import { ImportResolver, importsOf } from "./imports.ts";
import type { SourceFile } from "./source.ts";

/** Imports of one file, by path, within one tree. */
export type FileGraph = ReadonlyMap<string, ReadonlySet<string>>;

export interface Room {
  readonly name: string;
  readonly files: number;
  readonly lines: number;
  readonly floor: number;
  readonly needs: readonly string[];
}

export interface House {
  readonly place: string;
  readonly rooms: readonly Room[];
  readonly floors: number;
  readonly arrows: number;
  /** Rooms that need each other: no floor fits them. */
  readonly circles: readonly (readonly string[])[];
}

export function fileGraph(root: string, files: readonly SourceFile[]): FileGraph {
  const resolver = new ImportResolver(root);
  const known = new Set(files.map(({ path }) => path));
  return new Map(
    files.map((file) => {
      const targets = importsOf(file).map(({ from }) => resolver.resolve(file.path, from));
      return [
        file.path,
        new Set(targets.filter((each): each is string => each !== null && known.has(each))),
      ] as const;
    }),
  );
}

/** `roomOf` a path below `place`: `config.ts` or `risk`. */
export function roomOf(place: string, path: string): string {
  const rest = path.slice(place.length + 1);
  return rest.includes("/") ? rest.slice(0, rest.indexOf("/")) : rest;
}

export function houseOf(place: string, files: readonly SourceFile[], graph: FileGraph): House {
  const inside = files.filter(({ path }) => path.startsWith(`${place}/`));
  const needs = new Map<string, Set<string>>();
  const sizes = new Map<string, { files: number; lines: number }>();
  for (const { path, lines } of inside) {
    const room = roomOf(place, path);
    const size = sizes.get(room) ?? { files: 0, lines: 0 };
    sizes.set(room, { files: size.files + 1, lines: size.lines + lines.length });
    const arrows = needs.get(room) ?? new Set<string>();
    needs.set(room, arrows);
    for (const target of graph.get(path) ?? []) {
      if (!target.startsWith(`${place}/`)) continue;
      const other = roomOf(place, target);
      if (other !== room) arrows.add(other);
    }
  }
  const circles = circlesOf(needs);
  const floors = floorsOf(needs, circles);
  const rooms = [...needs].map(([name, arrows]) => ({
    name,
    files: sizes.get(name)?.files ?? 0,
    lines: sizes.get(name)?.lines ?? 0,
    floor: floors.get(name) ?? 0,
    needs: [...arrows].sort(),
  }));
  return {
    place,
    rooms: rooms.sort((a, b) => b.floor - a.floor || (a.name < b.name ? -1 : 1)),
    floors: Math.max(0, ...rooms.map(({ floor }) => floor + 1)),
    arrows: rooms.reduce((sum, room) => sum + room.needs.length, 0),
    circles,
  };
}

/** Sets of nodes that reach each other (Tarjan's strongly connected components of more than one node). */
export function circlesOf(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    const own = index.size;
    index.set(node, own);
    stack.push(node);
    const reached = [...(graph.get(node) ?? [])].map((next) => {
      if (!index.has(next)) return visit(next);
      return stack.includes(next) ? (index.get(next) ?? own) : own;
    });
    const lowest = Math.min(own, ...reached);
    if (lowest !== own) return lowest;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) found.push(circle.sort());
    return own;
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}

function floorsOf(
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  circles: readonly (readonly string[])[],
): ReadonlyMap<string, number> {
  const together = new Map(circles.flatMap((circle) => circle.map((room) => [room, circle] as const)));
  const floors = new Map<string, number>();
  const floorOf = (room: string): number => {
    const known = floors.get(room);
    if (known !== undefined) return known;
    const circle = together.get(room) ?? [room];
    const below = circle.flatMap((each) =>
      [...(needs.get(each) ?? [])].filter((other) => !circle.includes(other)),
    );
    const floor = Math.max(-1, ...below.map(floorOf)) + 1;
    for (const each of circle) floors.set(each, floor);
    return floor;
  };
  for (const room of needs.keys()) floorOf(room);
  return floors;
}
