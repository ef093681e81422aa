// A step of the page's build: takes the 128-bit decimals out of the Firestore SDK, which compares stored values of that
// type with them. Ballast stores money as text and holds none. Using one fails loudly, and so does a build with an SDK
// that keeps them elsewhere.
import type { Plugin } from "vite";

/** The SDK's statements about them: two classes, and the constants that each of the two is given after its definition. */
const DECIMALS = [
  /^class __PRIVATE_QuadrupleBuilder\b/,
  /^__PRIVATE_QuadrupleBuilder\.\w+ ?=/,
  /^class __PRIVATE_Quadruple\b/,
  /^\w+ ?= ?__PRIVATE_Quadruple\b/,
] as const;
const REFUSAL = `class __PRIVATE_Quadruple {
  static fromString(value) { throw new Error("128-bit decimals are not built into this page: " + value); }
  static fromNumber(value) { return this.fromString(value); }
}`;

export function leaveOutDecimal128(): Plugin {
  return {
    name: "leave-out-decimal128",
    apply: "build",
    transform: {
      filter: { id: /@firebase[\\/]firestore[\\/]dist[\\/]common-.*\.esm\.js$/ },
      handler(code) {
        const found = this.parse(code).body.filter(({ start, end }) => {
          const text = code.slice(start, end);
          return DECIMALS.some((decimal) => decimal.test(text));
        });
        if (found.length !== DECIMALS.length) {
          throw new Error(
            `The Firestore SDK has ${found.length} statements about 128-bit decimals, not ${DECIMALS.length}: see ${import.meta.filename}`,
          );
        }
        const kept = found.reduceRight(
          (rest, { start, end }) => rest.slice(0, start) + rest.slice(end),
          code,
        );
        return { code: `${kept}\n${REFUSAL}\n`, map: null };
      },
    },
  };
}
