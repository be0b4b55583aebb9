import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "../../servers/installed.ts";
import { IS_WINDOWS, prepareWine } from "./machine.ts";

/** The bundle, built again, and a Windows to run it on. */
export async function setup(): Promise<void> {
  const script = fileURLToPath(new URL("../../../scripts/build.mjs", import.meta.url));
  const built = spawnSync(process.execPath, [script, "--no-types"], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout}${built.stderr}`);
  if (IS_WINDOWS) return;
  await ensureInstalled(["wine", "mingw"]);
  prepareWine();
}
