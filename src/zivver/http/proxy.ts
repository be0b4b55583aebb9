import { getProxyForUrl } from "proxy-from-env";
import { InputError } from "../../model/values/errors.ts";
import { isLoopback } from "./allowed-hosts.ts";

/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY (either case) ask for, or undefined. Never one for
 * loopback. Throws InputError `target-host` for a proxy address that is none; the message leaves its password out.
 */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): URL | undefined {
  if (isLoopback(url.hostname)) return undefined;
  const text = withEnvironment(environment, () => getProxyForUrl(url.href));
  if (text === "") return undefined;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy && (proxy.protocol === "http:" || proxy.protocol === "https:")) return proxy;
  throw new InputError([
    {
      code: "target-host",
      where: "HTTPS_PROXY",
      message:
        "The proxy that the environment names is not an http:// or https:// address, so the target cannot be reached through it.",
      remedy: `Write HTTPS_PROXY=http://HOST:PORT, or name ${url.hostname} in NO_PROXY.`,
    },
  ]);
}

/** The library reads process.env and nothing else. The exchange is undone before anybody else can run. */
function withEnvironment<T>(environment: NodeJS.ProcessEnv, work: () => T): T {
  const own = process.env;
  if (environment === own) return work();
  process.env = environment;
  try {
    return work();
  } finally {
    process.env = own;
  }
}
