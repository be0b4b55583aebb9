/*
 * For `--require`: sends this process the signal ZIVSYNC_TEST_SIGNAL (SIGKILL, SIGSTOP) just before its call number
 * ZIVSYNC_TEST_STEP that touches a file.
 */
const promises = require("node:fs/promises");
const { syncBuiltinESMExports } = require("node:module");

let left = Number(process.env.ZIVSYNC_TEST_STEP);

function counted(work) {
  return (...words) => {
    left -= 1;
    if (left === 0) process.kill(process.pid, process.env.ZIVSYNC_TEST_SIGNAL);
    return work(...words);
  };
}

for (const name of ["link", "lstat", "rm", "utimes"]) promises[name] = counted(promises[name]);

const { open } = promises;
promises.open = counted(async (...words) => {
  const handle = await open(...words);
  for (const name of ["chmod", "close", "read", "stat", "writeFile"])
    handle[name] = counted(handle[name].bind(handle));
  return handle;
});

syncBuiltinESMExports();
