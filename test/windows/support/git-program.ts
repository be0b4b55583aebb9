import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/*
 * A Git of Windows for Wine: `git.exe` of Git's own source, as Debian 12 has it with its patches, made by Debian's cross compiler with
 * the settings that Git's Makefile has for Windows. It is the same code as Git for Windows is made of, without that project's own
 * patches, and without a shell, HTTP and SSH: what it needs of those (hooks, remotes that are paths or web addresses) is not tested here.
 */

const SOURCE =
  "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main\n";
/** What Git's Makefile asks the machine, as a Windows with MSYS2 would answer. */
const MACHINE = ["uname_S=MINGW", "uname_R=2", "uname_M=x86_64", "MSYSTEM=MINGW64"];
/** Names that Windows finds whatever their letters are. */
const HEADERS = ["NTSecAPI.h", "Psapi.h", "tlHelp32.h"];
/** Headers that nearly every file begins with: compiled once, the whole takes a third of the time. */
const PRECOMPILED = ["git-compat-util.h.gch", "cache.h.gch", "builtin.h.gch"];
const SETTINGS = `CC = x86_64-w64-mingw32-gcc
AR = x86_64-w64-mingw32-ar
RC = x86_64-w64-mingw32-windres -O coff
CFLAGS = -O0 -pipe -w -Imixed-case
LDFLAGS = -static
prefix = /mingw64
NO_CURL = Yes
NO_OPENSSL = Yes
NO_EXPAT = Yes
NO_PERL = Yes
NO_PYTHON = Yes
NO_TCLTK = Yes
NO_GETTEXT = Yes
NO_ICONV = Yes
NEEDS_LIBICONV =
USE_LIBPCRE =
USE_NED_ALLOCATOR =
HAVE_LIBCHARSET_H =
SKIP_DASHED_BUILT_INS = Yes
COMPUTE_HEADER_DEPENDENCIES = no
# It asks for the name of a pipe, which Wine does not have.
COMPAT_CFLAGS := $(filter-out -DDETECT_MSYS_TTY,$(COMPAT_CFLAGS))

%.h.gch: %.h GIT-CFLAGS
	$(CC) -x c-header $(ALL_CFLAGS) -o $@ $<
`;

/** Makes `git.exe` in `home`, once a machine: about a minute on two processors. Throws where that fails. */
export function prepareGit(home: string): void {
  const program = gitProgram(home);
  if (existsSync(program)) return;
  mkdirSync(gitFolder(home), { recursive: true });
  const folder = mkdtempSync(join(home, "make-git-"));
  try {
    const source = fetchSource(folder);
    writeFileSync(join(source, "config.mak"), SETTINGS);
    mkdirSync(join(source, "mixed-case"));
    for (const name of HEADERS)
      writeFileSync(join(source, "mixed-case", name), `#include <${name.toLowerCase()}>\n`);
    quietly(source, "make", "-j2", ...MACHINE, ...PRECOMPILED);
    quietly(source, "make", "-j2", ...MACHINE, "git.exe");
    renameSync(join(source, "git.exe"), program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder of Git's programs below the one where all of this is kept. */
export const gitFolder = (home: string) => join(home, "git", "bin");
const gitProgram = (home: string) => join(gitFolder(home), "git.exe");

/** By apt, which checks the signature, with lists of its own: the machine's stay as they are. */
function fetchSource(folder: string): string {
  const list = join(folder, "sources.list");
  writeFileSync(list, SOURCE);
  for (const name of ["lists", "cache"]) mkdirSync(join(folder, name, "partial"), { recursive: true });
  const options = [
    `Dir::Etc::SourceList=${list}`,
    "Dir::Etc::SourceParts=-",
    `Dir::State::Lists=${join(folder, "lists")}`,
    `Dir::Cache=${join(folder, "cache")}`,
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  quietly(folder, "apt-get", "-q", ...options, "update");
  quietly(folder, "apt-get", "-q", ...options, "source", "git");
  const [source] = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && /^git-\d/.test(entry.name),
  );
  if (source === undefined) throw new Error(`apt-get laid out no source of Git in ${folder}`);
  return join(folder, source.name);
}

/** Output shows only when the command fails. */
function quietly(cwd: string, command: string, ...words: readonly string[]): void {
  try {
    execFileSync(command, words, { cwd, stdio: "pipe", encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(
      `${command} ${words.join(" ")} failed in ${cwd}:\n${stdout.slice(-2_000)}${stderr.slice(-4_000)}`,
    );
  }
}
