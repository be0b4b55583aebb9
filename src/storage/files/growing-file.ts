import { type FileHandle, open, rm } from "node:fs/promises";

/** A file to which lines are added. A closed one takes nothing more. */
export type GrowingFile = {
  /** On disc (fsync) when the promise resolves. After one that failed, all others fail: a line follows whole lines only. */
  append(text: string): Promise<void>;
  close(): Promise<void>;
};

/** Makes an error for people of one of the system. */
type Failed = (error: unknown) => Error;

/** A new file that its owner alone may read, with a first text. Rejects with EEXIST, as it came, when there is one. */
export async function createGrowingFile(path: string, text: string, failed: Failed): Promise<GrowingFile> {
  const handle = await open(path, "wx", 0o600);
  const file = growingFile(handle, 0, failed);
  try {
    if (text !== "") await file.append(text);
    return file;
  } catch (error) {
    await handle.close();
    await rm(path, { force: true });
    throw error;
  }
}

/**
 * Goes on with a file after its first `bytes`, and cuts off the rest. Opened for reading and writing, and not for appending:
 * Windows refuses to cut a file that is open for appending.
 */
export async function continueGrowingFile(path: string, bytes: number, failed: Failed): Promise<GrowingFile> {
  const handle = await open(path, "r+");
  try {
    await handle.truncate(bytes);
    return growingFile(handle, bytes, failed);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function growingFile(handle: FileHandle, bytes: number, failed: Failed): GrowingFile {
  let end = bytes;
  let last: Promise<void> = Promise.resolve();
  return {
    append(text) {
      last = last.then(async () => {
        try {
          end = await writeAt(handle, Buffer.from(text), end);
          await handle.datasync();
        } catch (error) {
          throw failed(error);
        }
      });
      return last;
    },
    close: () => last.catch(() => undefined).then(() => handle.close()),
  };
}

/** Writes all of it, and gives where it ends. */
async function writeAt(handle: FileHandle, content: Buffer, position: number): Promise<number> {
  let written = 0;
  while (written < content.length) {
    const { bytesWritten } = await handle.write(
      content,
      written,
      content.length - written,
      position + written,
    );
    written += bytesWritten;
  }
  return position + written;
}
