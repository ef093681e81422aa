// Draws houses as one SVG: rooms as boxes on their floors, arrows from a room down to the rooms it needs. An arrow within a
// floor or upwards would mean a circle, and is drawn in the colour of danger.
import type { House, Room } from "./house.ts";

const ROOM_WIDTH_PX = 132;
const ROOM_HEIGHT_PX = 40;
const GAP_PX = 18;
const FLOOR_HEIGHT_PX = 92;
const TITLE_HEIGHT_PX = 44;
const MARGIN_PX = 24;

interface Placed {
  readonly room: Room;
  readonly x: number;
  readonly y: number;
}

/** An SVG document. Houses stand below one another in the order given. */
export function drawHouses(houses: readonly House[]): string {
  const widest = Math.max(1, ...houses.map(mostOnOneFloor));
  const width = 2 * MARGIN_PX + widest * (ROOM_WIDTH_PX + GAP_PX) - GAP_PX;
  let top = MARGIN_PX;
  const parts = houses.map((house) => {
    const part = drawHouse(house, top, width);
    top += TITLE_HEIGHT_PX + house.floors * FLOOR_HEIGHT_PX + MARGIN_PX;
    return part;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" viewBox="0 0 ${width} ${top}">`,
    "<style>rect.ground{fill:#fff}rect.room{fill:#eef2f6;stroke:#5b6b7b}text{font:12px system-ui,sans-serif;fill:#17212b}",
    "text.title{font-size:14px;font-weight:600}text.size{fill:#5b6b7b}line{stroke:#8796a5;stroke-width:1}",
    "line.climb{stroke:#b3261e;stroke-width:2}</style>",
    `<rect class="ground" width="${width}" height="${top}"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function mostOnOneFloor({ rooms, floors }: House): number {
  return Math.max(
    0,
    ...Array.from({ length: floors }, (_none, floor) => rooms.filter((r) => r.floor === floor).length),
  );
}

function drawHouse(house: House, top: number, width: number): string {
  const placed = place(house, top, width);
  const { place: name, rooms, floors, arrows } = house;
  const title = `${name}: ${rooms.length} rooms, ${floors} floors, ${arrows} arrows`;
  const lines = [...placed.values()].flatMap((from) =>
    from.room.needs.flatMap((need) => {
      const to = placed.get(need);
      return to === undefined ? [] : [drawArrow(from, to)];
    }),
  );
  const boxes = [...placed.values()].map(drawRoom);
  const heading = `<text class="title" x="${MARGIN_PX}" y="${top + 16}">${escaped(title)}</text>`;
  return [heading, ...lines, ...boxes].join("\n");
}

function place({ rooms, floors }: House, top: number, width: number): ReadonlyMap<string, Placed> {
  const placed = new Map<string, Placed>();
  for (let floor = 0; floor < floors; floor += 1) {
    const here = rooms.filter((room) => room.floor === floor);
    const used = here.length * (ROOM_WIDTH_PX + GAP_PX) - GAP_PX;
    here.forEach((room, index) => {
      placed.set(room.name, {
        room,
        x: (width - used) / 2 + index * (ROOM_WIDTH_PX + GAP_PX),
        y: top + TITLE_HEIGHT_PX + (floors - 1 - floor) * FLOOR_HEIGHT_PX,
      });
    });
  }
  return placed;
}

function drawArrow(from: Placed, to: Placed): string {
  const kind = to.room.floor >= from.room.floor ? ' class="climb"' : "";
  const [x1, y1] = [from.x + ROOM_WIDTH_PX / 2, from.y + ROOM_HEIGHT_PX];
  return `<line${kind} x1="${x1}" y1="${y1}" x2="${to.x + ROOM_WIDTH_PX / 2}" y2="${to.y}"/>`;
}

function drawRoom({ room, x, y }: Placed): string {
  const files = room.files === 1 ? "1 file" : `${room.files} files`;
  return [
    `<rect class="room" x="${x}" y="${y}" width="${ROOM_WIDTH_PX}" height="${ROOM_HEIGHT_PX}" rx="4"/>`,
    `<text x="${x + 8}" y="${y + 17}">${escaped(room.name)}</text>`,
    `<text class="size" x="${x + 8}" y="${y + 32}">${files}, ${room.lines} lines</text>`,
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
