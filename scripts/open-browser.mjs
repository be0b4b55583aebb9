import { chromium } from "playwright-core";
import { loadTypeScript } from "./load-typescript.mjs";

/** The browser that the tests use, installed where that is possible. */
export async function openBrowser() {
  const { browserPath, ensureInstalled } = await loadTypeScript(
    new URL("../test/servers/installed.ts", import.meta.url).pathname,
  );
  await ensureInstalled(["chromium"]);
  // Its sandbox does not run as root.
  return chromium.launch({ executablePath: browserPath(), args: ["--no-sandbox"] });
}
