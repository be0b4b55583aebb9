import { readFile } from "node:fs/promises";
import { build, transform } from "esbuild";

const STYLES = ["colours.css", "style.css", "tables.css", "lists.css", "controls.css", "media.css"];

/** The script and the style of the HTML report, each as one small text, from the folder of the page. */
export async function buildReportPage(folder) {
  const bundle = await build({
    entryPoints: [`${folder}/page.ts`],
    bundle: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    minify: true,
    write: false,
    metafile: true,
    logLevel: "warning",
  });
  const styles = await Promise.all(STYLES.map((name) => readFile(`${folder}/style/${name}`, "utf8")));
  const style = await transform(styles.join("\n"), { loader: "css", minify: true });
  const [{ text }] = bundle.outputFiles;
  return { script: text.trim(), style: style.code.trim(), metafile: bundle.metafile };
}
