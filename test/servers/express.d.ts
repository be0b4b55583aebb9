/** As much of express as the tests use: its types are a package of their own. */
declare module "express" {
  import type { Server } from "node:http";

  type Request = { readonly method: string; readonly path: string };
  type Handler = (request: Request, response: unknown, next: () => void) => void;
  type App = {
    use(handler: Handler): void;
    use(path: string, router: unknown): void;
    listen(port: number, host: string, ready: () => void): Server;
  };
  // biome-ignore lint/style/noDefaultExport: it is how express has it.
  export default function express(): App;
}
