// Writes the pages that are made of data: docs/reference.md from schemas/, docs/codes.md from docs/codes.yaml.
// `--print PAGE` prints one of them instead, for the test that compares.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { codesPage } from "./codes-page.mjs";
import { referencePage } from "./reference-page.mjs";

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const text = (name) => readFile(path(name), "utf8");
const schema = async (name) => JSON.parse(await text(`schemas/${name}.schema.json`));

const PAGES = {
  "docs/reference.md": async () =>
    referencePage({
      organization: await schema("organization"),
      profile: await schema("profile"),
      accounts: await schema("accounts"),
    }),
  "docs/codes.md": async () => codesPage(parse(await text("docs/codes.yaml"))),
};

const { values } = parseArgs({ options: { print: { type: "string" } } });
if (values.print !== undefined) {
  process.stdout.write(await PAGES[values.print]());
} else {
  for (const [page, make] of Object.entries(PAGES)) await writeFile(path(page), await make());
}
