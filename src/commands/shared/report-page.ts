import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ReportPage } from "../../review/html/report.ts";

/** Beside the bundle, where the build writes them. */
const BUILT = new URL("./report/", import.meta.url);

/** The style and script of the HTML report, as built into the folder. */
export async function readReportPage(folder: URL = BUILT): Promise<ReportPage> {
  const read = (name: string) => readFile(new URL(name, folder), "utf8");
  const [style, script] = await Promise.all([read("page.css"), read("page.js")]);
  return { style, styleHash: hashOf(style), script, scriptHash: hashOf(script) };
}

/** As a Content Security Policy names what may be in the page. */
function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
