// uPlot asks for the browser's number format while it loads and dies of a language tag that is not one, which a
// Chromium started under a POSIX locale has. The page's own language takes its place then.

/** To be called before uPlot is loaded. */
export function ensureUsableLanguage(browser: Navigator): void {
  try {
    new Intl.NumberFormat(browser.language);
  } catch {
    Object.defineProperty(browser, "language", { configurable: true, value: "en-US" });
  }
}
