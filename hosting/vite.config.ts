// The dashboard's build: static files only, nothing inlined, so that the content security policy needs no
// exception for inline code, and content-hashed names, so that assets may be cached for good.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { leaveOutDecimal128 } from "./leave-out-decimal128.ts";

/** The dev server takes the project's settings from the running local stack. */
const LOCAL_HOSTING = "http://127.0.0.1:5000";

/** A stack that runs while the page is built anew keeps its settings; a deploy leaves that file out by itself. */
function keepLocalSettings(): Plugin {
  const path = fileURLToPath(new URL("./dist/local.json", import.meta.url));
  let settings: string | null = null;
  return {
    name: "keep-local-settings",
    apply: "build",
    buildStart: () => {
      settings = existsSync(path) ? readFileSync(path, "utf8") : null;
    },
    closeBundle: () => {
      if (settings !== null) writeFileSync(path, settings);
    },
  };
}

export default defineConfig({
  plugins: [keepLocalSettings(), leaveOutDecimal128()],
  resolve: {
    // Only pipeline queries use it, and it is 30 kB gzipped; see the file.
    alias: { re2js: fileURLToPath(new URL("./src/data/no-regex-engine.ts", import.meta.url)) },
  },
  build: {
    target: "es2024",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    // The Firebase SDK is one 500 kB chunk before compression; the budget that counts is a test, in gzipped bytes.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: "firebase", test: /node_modules[\\/]@?firebase/ }] },
      },
    },
  },
  server: { proxy: { "/__": LOCAL_HOSTING, "/local.json": LOCAL_HOSTING } },
});
