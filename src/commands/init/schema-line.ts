import { dirname, join, relative, sep } from "node:path";
import type { StarterFile } from "../../config/starter/starter.ts";

const SCHEMAS = { Organization: "organization", Profile: "profile", Accounts: "accounts" } as const;

/**
 * The text of a file with a first line that tells editors its schema: that of the zivsync which is installed at the top of the
 * repository, so that both always fit each other. Other files than YAML stay as they are. Pure.
 */
export function withSchema({ path, text }: StarterFile, folder: string, root: string): string {
  const [, kind] = /^kind: (Organization|Profile|Accounts)$/m.exec(text) ?? [];
  if (!path.endsWith(".yaml") || kind === undefined) return text;
  const schema = join(
    root,
    `node_modules/zivsync/schemas/${SCHEMAS[kind as keyof typeof SCHEMAS]}.schema.json`,
  );
  const place = relative(dirname(join(folder, path)), schema)
    .split(sep)
    .join("/");
  return `# yaml-language-server: $schema=${place}\n${text}`;
}
