import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

const ALLOWED = [
  "HOME|USER|USERNAME|LOGNAME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|XDG_\\w+",
  "PATH|PATHEXT|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PROGRAMFILES(?:\\(X86\\))?|PROGRAMW6432|TEMP|TMP|TMPDIR",
  "LANG|LANGUAGE|LC_\\w+|TZ|TERM|DISPLAY|WAYLAND_DISPLAY|DBUS_SESSION_BUS_ADDRESS",
  "SSH_(?:AUTH_SOCK|AGENT_PID|ASKPASS|ASKPASS_REQUIRE|SK_PROVIDER|SK_HELPER)",
  "(?:HTTPS?|ALL|NO)_PROXY|SSL_CERT_(?:FILE|DIR)|CURL_CA_BUNDLE",
  "GIT_\\w+",
].join("|");

const IS_ALLOWED = new RegExp(`^(?:${ALLOWED})$`, "i");

/**
 * The variables that Git and OpenSSH need, by a list of what is allowed: whatever a repository gets them to run finds
 * no API key, seal key or password of a source there.
 */
export function environmentForPrograms(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => IS_ALLOWED.test(name)));
}

/**
 * The absolute path of a program on the PATH; undefined where there is none. Relative folders on the PATH are passed over,
 * and so is the present folder, where Windows would look first: a pull request may have put a program there.
 */
export async function findProgram(name: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const isWindows = process.platform === "win32";
  const path = environment.PATH ?? (isWindows ? environment.Path : undefined) ?? "";
  for (const folder of path.split(delimiter)) {
    const file = join(folder, isWindows ? `${name}.exe` : name);
    if (isAbsolute(folder) && (await isProgram(file))) return file;
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
