import { type FileHandle, open } from "node:fs/promises";
import { isAbsolute, relative, sep } from "node:path";

const CHUNK = 1024 * 1024;
/** Beyond what the system says is the size: a file may grow meanwhile, and a device has none. */
const MORE = 4096;

/**
 * The bytes of a file. A file larger than `largest`, or without an end, such as a device, is not read to its end. Throws the error of the
 * system, or RangeError.
 */
export async function readFileBytes(path: string, largest: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of piecesOf(file, largest + 1)) {
      pieces.push(piece);
      length += piece.length;
    }
    if (length > largest) throw new RangeError(`it is larger than ${inWords(largest)}`);
    return Buffer.concat(pieces, length);
  } finally {
    await file.close();
  }
}

/**
 * What a file holds, up to so many bytes. A buffer is not much larger than what is left, as many small files are read, or than what
 * came so far, and is filled before the next: a pipe gives few bytes at a time.
 */
async function* piecesOf(file: FileHandle, most: number): AsyncIterable<Buffer> {
  const { size } = await file.stat();
  for (let at = 0; at < most; ) {
    const room = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(size - at, at) + MORE, most - at));
    let filled = 0;
    while (filled < room.length) {
      const { bytesRead } = await file.read(room, filled, room.length - filled);
      if (bytesRead === 0) return yield room.subarray(0, filled);
      filled += bytesRead;
    }
    yield room;
    at += filled;
  }
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
