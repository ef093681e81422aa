// Takes the place of `re2js` in the build. The Firestore SDK brings that whole regular-expression engine for pipeline
// queries alone, which this page does not make; without it the page is a fifth smaller. Using it fails loudly.

// biome-ignore lint/complexity/noStaticOnlyClass: the SDK calls it by this shape.
export class RE2JS {
  /** Throws: no query of this page matches by regular expression. */
  static compile(pattern: string): never {
    throw new Error(`Regular expressions are not built into this page: ${pattern}. Use another filter.`);
  }

  /** As `compile`. */
  static matches(pattern: string): never {
    return RE2JS.compile(pattern);
  }
}
