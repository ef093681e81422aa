// The namespaces math, latlng and hashing, and the methods of places.
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { EvaluationError, RuleLatLng, type RuleValue } from "../rule-values.ts";
import { bare, bytes, type MethodTable, number, unary, wrongType } from "./expect.ts";

/** Mean radius of the earth, metres (IUGG). */
const EARTH_RADIUS_M = 6_371_008.8;

/** A function that gives an int, whatever number it takes. */
const rounded = (round: (value: number) => number) =>
  unary((_, argument) => {
    const value = number(argument);
    if (typeof value === "bigint") return value;
    if (!Number.isFinite(value)) throw new EvaluationError(`${value} has no whole number`);
    return BigInt(round(value));
  });

export const MATH_FUNCTIONS: MethodTable = {
  abs: unary((_, argument) => {
    const value = number(argument);
    if (typeof value === "bigint") return value < 0n ? -value : value;
    return Math.abs(value);
  }),
  ceil: rounded(Math.ceil),
  floor: rounded(Math.floor),
  round: rounded((value) => Math.floor(value + 0.5)),
  isInfinite: unary((_, argument) => {
    const value = Number(number(argument));
    return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
  }),
  isNaN: unary((_, argument) => Number.isNaN(Number(number(argument)))),
  pow: {
    argumentCount: [2],
    apply: (_, [base = null, exponent = null]) => Number(number(base)) ** Number(number(exponent)),
  },
  sqrt: unary((_, argument) => Math.sqrt(Number(number(argument)))),
};

function place(value: RuleValue): RuleLatLng {
  if (value instanceof RuleLatLng) return value;
  throw wrongType("latlng", value);
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Along the great circle, metres. */
function distanceM(from: RuleLatLng, to: RuleLatLng): number {
  const byLatitude = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const byLongitude = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const parallels = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude));
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(byLatitude + parallels * byLongitude)));
}

export const LATLNG_METHODS: MethodTable = {
  latitude: bare((receiver) => place(receiver).latitude),
  longitude: bare((receiver) => place(receiver).longitude),
  distance: unary((receiver, other) => distanceM(place(receiver), place(other))),
};

export const LATLNG_FUNCTIONS: MethodTable = {
  value: {
    argumentCount: [2],
    apply: (_, [latitude = null, longitude = null]) => {
      const point = new RuleLatLng(Number(number(latitude)), Number(number(longitude)));
      if (Math.abs(point.latitude) <= 90 && Math.abs(point.longitude) <= 180) return point;
      throw new EvaluationError(`no such place: ${point.latitude}, ${point.longitude}`);
    },
  },
};

/** A hash of bytes, or of the UTF-8 of a string. */
const hash = (digest: (input: Uint8Array) => Uint8Array) =>
  unary((_, input) => digest(typeof input === "string" ? Buffer.from(input, "utf8") : bytes(input)));

function bigEndian(checksum: number): Uint8Array {
  const written = Buffer.alloc(4);
  written.writeUInt32BE(checksum >>> 0);
  return written;
}

/** Castagnoli's polynomial, its bits in reverse. */
const CASTAGNOLI = 0x82f63b78;

function crc32c(input: Uint8Array): number {
  let checksum = 0xffffffff;
  for (const byte of input) {
    checksum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) checksum = (checksum >>> 1) ^ (checksum & 1 ? CASTAGNOLI : 0);
  }
  return (checksum ^ 0xffffffff) >>> 0;
}

export const HASHING_FUNCTIONS: MethodTable = {
  crc32: hash((input) => bigEndian(crc32(input))),
  crc32c: hash((input) => bigEndian(crc32c(input))),
  md5: hash((input) => createHash("md5").update(input).digest()),
  sha256: hash((input) => createHash("sha256").update(input).digest()),
};
