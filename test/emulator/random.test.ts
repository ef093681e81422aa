// The one seeded generator: its sequences are part of every stored market and of every simulated run's hash.
import { hash32, nextNormal, nextUniform, seededRandom, seedRandom } from "@ballast/local-serving/random.ts";
import { describe, expect, it } from "vitest";

describe("the seeded generator", () => {
  it("draws what it has always drawn", () => {
    const random = seededRandom(1);
    expect([random(), random(), random()]).toEqual([
      0.6270739405881613, 0.002735721180215478, 0.5274470399599522,
    ]);
    const state = seedRandom(5, 3);
    expect([state.value, nextUniform(state), nextNormal(state)]).toEqual([
      4_103_323_565, 0.12736772513017058, 1.2535307015023291,
    ]);
    expect([hash32(), hash32(1, 2), hash32(2, 1), hash32(2 ** 40)]).toEqual([
      2_654_435_769, 4_017_857_470, 3_055_902_382, 3_490_712_761,
    ]);
  });

  it("goes on from a stored state", () => {
    const state = seedRandom(5, 3);
    nextUniform(state);
    const copy = structuredClone(state);
    expect(nextUniform(copy)).toBe(nextUniform(state));
  });
});
