/*
 * What Windows refuses and Linux lets pass, for `--require`: a file that was opened for appending cannot be cut, a file that
 * somebody has open cannot be replaced, and modes say nothing. "Somebody" is this process, or whoever is listed, one path a line, in
 * the file that ZIVSYNC_TEST_OPEN_FILES names. What is still open when a folder is to go keeps the folder there.
 */
const { existsSync, readFileSync } = require("node:fs");
const promises = require("node:fs/promises");
const { syncBuiltinESMExports } = require("node:module");
const { dirname, resolve, sep } = require("node:path");

const original = { ...promises };
/** @type {Map<import("node:fs/promises").FileHandle, string>} */
const open = new Map();

function refuse(code, call, path) {
  throw Object.assign(new Error(`${code}: refused as Windows would, ${call} '${path}'`), { code });
}

function openElsewhere() {
  const list = process.env.ZIVSYNC_TEST_OPEN_FILES;
  if (list === undefined || !existsSync(list)) return [];
  const paths = readFileSync(list, "utf8").split("\n");
  return paths.filter((path) => path !== "").map((path) => resolve(dirname(list), path));
}

promises.open = async (path, flags, mode) => {
  const handle = await original.open(path, flags, mode);
  const { close } = handle;
  open.set(handle, resolve(String(path)));
  handle.close = () => {
    open.delete(handle);
    return close.call(handle);
  };
  if (String(flags).startsWith("a")) handle.truncate = async () => refuse("EPERM", "ftruncate", path);
  handle.chmod = async () => {};
  return handle;
};

promises.rename = async (from, to) => {
  // Windows says EPERM as well, which means another thing on the system that runs these tests.
  if ([...open.values(), ...openElsewhere()].includes(resolve(String(to)))) refuse("EBUSY", "rename", to);
  return original.rename(from, to);
};

promises.rm = async (path, options) => {
  const below = `${resolve(String(path))}${sep}`;
  if (options?.recursive && [...open.values()].some((one) => one.startsWith(below)))
    refuse("EBUSY", "rm", path);
  return original.rm(path, options);
};

promises.chmod = async () => {};

syncBuiltinESMExports();
