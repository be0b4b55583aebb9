import { connect, createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Takes a port for as long as this process lives, or until the function is called; undefined when it is taken. */
export async function takePort(host: string, port: number): Promise<(() => Promise<void>) | undefined> {
  const server = await new Promise<Server | undefined>((resolve) => {
    const one = createServer((socket) => socket.destroy());
    one.once("error", () => resolve(undefined));
    one.listen({ host, port, exclusive: true }, () => resolve(one));
  });
  server?.unref();
  return server && (() => new Promise((resolve) => server.close(() => resolve())));
}

/** Does the work while no other process on this machine does work under the same port. */
export async function oneAtATime<T>(port: number, work: () => Promise<T>): Promise<T> {
  let release = await takePort("127.0.0.1", port);
  while (!release) {
    await sleep(100);
    release = await takePort("127.0.0.1", port);
  }
  try {
    return await work();
  } finally {
    await release();
  }
}

/** A port of 127.0.0.1 that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const at = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (at === null || typeof at === "string") throw new Error("no port");
  return at.port;
}

/** Does anything accept connections there? */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
