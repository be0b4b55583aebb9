import type { Agent } from "node:https";
import { HttpsProxyAgent } from "hpagent";

/** An agent that reaches https addresses through a proxy (CONNECT). The proxy's own certificate is verified too. */
export function proxyAgent(proxy: URL, connectMs: number): Agent {
  return new HttpsProxyAgent({
    keepAlive: true,
    proxy,
    // Ends a CONNECT that the proxy never answers; the socket's own limit is taken off once the tunnel stands.
    timeout: connectMs,
    proxyRequestOptions: { rejectUnauthorized: true },
  });
}
