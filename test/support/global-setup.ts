import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "../servers/installed.ts";

/**
 * The tests run the command line as a user does: the bundle, built from the sources as they are now. They read real
 * directories, open reports in a browser and complete commands in shells, which are installed here where they are missing,
 * before tests run side by side.
 */
export async function setup(): Promise<void> {
  await ensureInstalled(["samba", "openldap", "chromium", "shells"]);
  const script = fileURLToPath(new URL("../../scripts/build.mjs", import.meta.url));
  const built = spawnSync(process.execPath, [script, "--no-types"], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout}${built.stderr}`);
}
