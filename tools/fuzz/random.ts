// Choices from a seed. The only source of chance in a fuzz input, so that its number is enough to make it again.
import { seededRandom } from "#test/support/memory/identity.ts";

export interface Random {
  /** 0 to `below` - 1. */
  int(below: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  pick<T>(of: readonly [T, ...T[]]): T;
  /** Lower-case hex digits. */
  hex(length: number): string;
  /** Any UTF-16 code units, lone surrogates included, mostly plain ones. */
  text(maxLength: number): string;
  bytes(maxLength: number): Uint8Array;
}

const PRINTABLE_FROM = 0x20;
const PRINTABLE_COUNT = 0x5f;
const CODE_UNITS = 0x1_0000;
const SHARE_OF_PLAIN = 0.85;

export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  const int = (below: number): number => Math.floor(next() * below);
  const codeUnit = (): number =>
    next() < SHARE_OF_PLAIN ? PRINTABLE_FROM + int(PRINTABLE_COUNT) : int(CODE_UNITS);
  return {
    int,
    chance: (probability) => next() < probability,
    pick: <T>(of: readonly [T, ...T[]]): T => of[int(of.length)] ?? of[0],
    hex(length) {
      let digits = "";
      while (digits.length < length) digits += int(16).toString(16);
      return digits;
    },
    text(maxLength) {
      let made = "";
      for (let left = int(maxLength + 1); left > 0; left -= 1) made += String.fromCharCode(codeUnit());
      return made;
    },
    bytes(maxLength) {
      const made = new Uint8Array(int(maxLength + 1));
      for (let index = 0; index < made.length; index += 1) made[index] = int(256);
      return made;
    },
  };
}
