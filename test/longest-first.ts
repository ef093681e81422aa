// The order in which vitest starts the test files: those of the list first, all others after them, shuffled by the run's
// seed, which is printed and alone decides, so that an order can be repeated.
import { createHash } from "node:crypto";
import { relative, sep } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { placeOf } from "./run/places.ts";

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root, sequence } = this.ctx.config;
    const pathOf = ({ moduleId }: TestSpecification): string => relative(root, moduleId).split(sep).join("/");
    const drawn = (path: string): string =>
      createHash("sha256").update(`${sequence.seed} ${path}`).digest("hex");
    return files
      .map((file) => ({ file, place: placeOf(pathOf(file)), drawn: drawn(pathOf(file)) }))
      .sort((a, b) => a.place - b.place || (a.drawn < b.drawn ? -1 : 1))
      .map(({ file }) => file);
  }
}
