import { win32 } from "node:path";
import { InputError } from "../../model/values/errors.ts";

/** Windows means a device by these, in every folder and before every ending. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9\u00b9\u00b2\u00b3])(?: *\..*)?$/i;
const FORBIDDEN = /[<>:"|?*]/;

/** Throws InputError where Windows has no such file: what is written would go to a device, or to a hidden part of another file. */
export function checkFileName(path: string, platform: NodeJS.Platform = process.platform): void {
  if (platform !== "win32") return;
  const name = win32.basename(path);
  const [sign] = FORBIDDEN.exec(name) ?? [];
  if (sign === undefined && !DEVICE.test(name)) return;
  const why = sign === undefined ? `${name} is a device of Windows` : `Windows has no names with \`${sign}\``;
  throw new InputError({
    code: "file-unwritable",
    where: path,
    message: `The file cannot be written: ${why}.`,
    remedy: "Name an ordinary file, such as `plan.json`.",
  });
}
