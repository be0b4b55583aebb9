import { createReadStream } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import { buffer } from "node:stream/consumers";

const CHUNK = 1024 * 1024;

/**
 * The bytes of a file. A file larger than `largest`, or without an end, such as a device, is not read to its end. Throws the error of the
 * system, or RangeError.
 */
export async function readFileBytes(path: string, largest: number): Promise<Buffer> {
  const bytes = await buffer(createReadStream(path, { end: largest, highWaterMark: CHUNK }));
  if (bytes.length > largest) throw new RangeError(`it is larger than ${inWords(largest)}`);
  return bytes;
}

/** The code that the system gave an error: `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Whether the system, or another program, does what is asked: `succeeds(access(path))`. */
export function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

/** Whether a path is below a folder, and not the folder itself. Neither is looked at: links are followed before. */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function inWords(bytes: number): string {
  const isSmall = bytes < CHUNK;
  return `${(bytes / 1024 / (isSmall ? 1 : 1024)).toLocaleString("en")} ${isSmall ? "KB" : "MB"}`;
}
