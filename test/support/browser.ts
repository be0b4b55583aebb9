import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { browserPath } from "../servers/installed.ts";

/** Its sandbox does not run as root. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath(), args: ["--no-sandbox"] });
}

/** A report as a person opens it, from a file. When the test ends, nothing may have gone wrong or out in it. */
export async function openReport(
  browser: Browser,
  html: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-report-"));
  const file = join(folder, "report.html");
  await writeFile(file, html);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const troubles: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("dialog", (dialog) => troubles.push(dialog.message()));
  page.on("request", (request) => requests.push(request.url()));
  onTestFinished(async () => {
    await context.close();
    await rm(folder, { recursive: true, force: true });
    expect(troubles).toEqual([]);
    expect(requests).toEqual([pathToFileURL(file).href]);
  });
  await page.goto(pathToFileURL(file).href);
  return page;
}
