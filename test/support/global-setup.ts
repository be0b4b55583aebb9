import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The tests run the command line as a user does: the bundle, built from the sources as they are now. */
export function setup(): void {
  const script = fileURLToPath(new URL("../../scripts/build.mjs", import.meta.url));
  const built = spawnSync(process.execPath, [script, "--no-types"], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout}${built.stderr}`);
}
