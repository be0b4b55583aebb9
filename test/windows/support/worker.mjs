// Runs command lines of the bundle one after another within one Windows Node, each in its folder and with its environment, since to
// start Node under Wine takes longer than to run a command. Usage: node worker.mjs BUNDLE PORT_FILE
import { rename, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const [bundle, portFile] = process.argv.slice(2);
const { commandLine } = await import(pathToFileURL(bundle).href);
const own = { ...process.env };
const home = process.cwd();

async function run({ words, folder, environment }) {
  const written = { out: "", err: "" };
  for (const name of Object.keys(process.env)) if (!(name in own)) delete process.env[name];
  Object.assign(process.env, own, environment);
  process.chdir(folder);
  const writes = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
  process.stdout.write = (text) => {
    written.out += text;
    return true;
  };
  process.stderr.write = (text) => {
    written.err += text;
    return true;
  };
  try {
    const code = await commandLine(words, { io: () => ioOver(written), color: false });
    return { code, ...written };
  } finally {
    for (const { stream, write } of writes) stream.write = write;
    // Nothing can be removed that is the present folder of a process.
    process.chdir(home);
  }
}

function ioOver(written) {
  return {
    out: (text) => {
      written.out += text;
    },
    note: (text) => {
      written.err += `${text.replace(/\n+$/, "")}\n`;
    },
    taken: async () => undefined,
    progress: () => undefined,
    environment: process.env,
    interactive: false,
    color: false,
    width: 120,
    tableWidth: Number.POSITIVE_INFINITY,
    ask: async () => "",
    clock: { now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    listenForStop: () => ({ requested: false, stopped: new Promise(() => undefined) }),
  };
}

let last = Promise.resolve();
const server = createServer(async (request, response) => {
  const asked = await json(request);
  last = last.catch(() => undefined).then(() => run(asked));
  const answer = await last.catch((error) => ({ code: null, out: "", err: String(error?.stack) }));
  response.end(JSON.stringify(answer));
});
server.listen(0, "127.0.0.1", async () => {
  // Whoever waits for it reads it whole.
  await writeFile(`${portFile}.new`, String(server.address().port));
  await rename(`${portFile}.new`, portFile);
});
