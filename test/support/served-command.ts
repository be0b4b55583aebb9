import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { needsProcess, runInProcess } from "./in-process.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
/** An answer instead of an exit code: this command line needs a process of its own. */
const OWN = "own";

/**
 * Writes a program that shell scripts call as `zivsync`. It hands its words, folder and environment to this process, which runs the command
 * line and hands back the exit code and what was written. Starting Node for each of them would be most of the time of such a script.
 * It works until the test ends.
 */
export async function writeServedCommand(file: string): Promise<void> {
  const server = createServer((socket) => {
    let asked = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      asked += text;
      if (asked.endsWith("\n")) void answer(asked).then((line) => socket.end(line));
    });
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  await writeFile(file, script((server.address() as AddressInfo).port), { mode: 0o755 });
}

/** `CODE:STDOUT:STDERR`, the last two in base64. */
async function answer(asked: string): Promise<string> {
  const [count, folder = "", ...rest] = Buffer.from(asked, "base64").toString().split("\0").slice(0, -1);
  const words = rest.slice(0, Number(count));
  const environment = Object.fromEntries(
    rest.slice(Number(count)).map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  if (needsProcess(words, environment)) return `${OWN}::\n`;
  const { code, out, err } = await runInProcess(words, { folder, environment });
  const [shown, told] = [out, err].map((text) => Buffer.from(text).toString("base64"));
  return `${code}:${shown}:${told}\n`;
}

const script = (port: number) => `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 99
{ { printf '%s\\0' $# "$PWD" "$@"; env -0; } | base64 -w0; echo; } >&3
IFS=: read -r code out err <&3
[ "$code" = ${OWN} ] && exec "${process.execPath}" "${CLI}" "$@"
base64 -d <<<"$out"
base64 -d <<<"$err" >&2
exit "\${code:-99}"
`;
