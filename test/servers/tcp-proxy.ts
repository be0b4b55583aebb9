import { connect, createServer, type Socket } from "node:net";

export type TcpProxy = {
  readonly port: number;
  /** Bytes of answers that came through, over all connections. */
  passed(): number;
  close(): Promise<void>;
};

/**
 * What happens once so many bytes of answers have come through: the connection is reset or closed, and no other comes to
 * pass; or something is done, and the rest comes through all the same.
 */
export type Cut = { readonly after: number; readonly how: "reset" | "close" | (() => void) };

const NEVER: Cut = { after: Number.POSITIVE_INFINITY, how: "close" };

/** A way to a server, on a free port of 127.0.0.1, that can break. */
export async function startTcpProxy(
  to: { readonly host: string; readonly port: number },
  cut: Cut = NEVER,
): Promise<TcpProxy> {
  let passed = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
    }
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
    client.pipe(upstream);
    upstream.on("end", () => client.end());
    upstream.on("data", (bytes: Buffer) => {
      const room = Math.max(0, cut.after - passed);
      passed += bytes.length;
      if (bytes.length < room) client.write(bytes);
      else breakAt(client, upstream, bytes, room, cut);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const at = server.address();
  if (at === null || typeof at === "string") throw new Error("the proxy has no port");
  return {
    port: at.port,
    passed: () => passed,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function breakAt(client: Socket, upstream: Socket, bytes: Buffer, room: number, { how }: Cut): void {
  if (typeof how === "function") {
    client.write(bytes);
    how();
    return;
  }
  upstream.destroy();
  const end = () => (how === "reset" ? client.resetAndDestroy() : client.end());
  if (room > 0) client.write(bytes.subarray(0, room), end);
  else end();
}
