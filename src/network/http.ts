import { Agent, EnvHttpProxyAgent, request } from "undici";

export type HttpRequest = {
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** Header names are in lower case. */
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

export type Http = {
  /** Sends a request once; follows no redirect. Throws NetworkTrouble. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Goes to addresses of this machine and its host, past every proxy. */
  sendDirectly(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
};

/** The reason why no whole answer came: a code of Node or undici, and what a certificate is for where that was the reason. */
export class NetworkTrouble extends Error {
  override readonly name = "NetworkTrouble";
  readonly host: string;
  readonly code: string;
  readonly names: string | undefined;
  constructor(host: string, code: string, message: string, names?: string) {
    super(message);
    this.host = host;
    this.code = code;
    this.names = names;
  }
}

/**
 * Bytes of an answer. Of Exchange Online, a page of 1,000 mailboxes is about 1 MB; of GitHub, the comparison of two commits is
 * a few MB. No answer is asked for packed, and one that comes packed is not unpacked: what comes is what is held.
 */
export const LARGEST_ANSWER = 64 * 1024 * 1024;
const CONNECT_MS = 10_000;

type HttpOptions = {
  readonly ca?: readonly string[];
  /** Of a whole request, from its first byte to the last one of the answer. */
  readonly timeoutMs: number;
  readonly largestAnswer?: number;
  /** Where the proxy is named; left out, the process's own. */
  readonly environment?: NodeJS.ProcessEnv;
};

/** Connections through the proxy that the environment names (HTTPS_PROXY, NO_PROXY). Throws TypeError for a bad one. */
export function openHttp(given: HttpOptions): Http {
  const { ca, timeoutMs, largestAnswer = LARGEST_ANSWER, environment = process.env } = given;
  // Said here, since NODE_TLS_REJECT_UNAUTHORIZED counts wherever nothing is said.
  const verified = { minVersion: "TLSv1.2" as const, rejectUnauthorized: true };
  const tls = { ...verified, ...(ca ? { ca: [...ca] } : {}) };
  const options = { maxResponseSize: largestAnswer, connectTimeout: CONNECT_MS };
  const proxied = new EnvHttpProxyAgent({
    ...options,
    httpProxy: environment.http_proxy ?? environment.HTTP_PROXY ?? "",
    httpsProxy: environment.https_proxy ?? environment.HTTPS_PROXY ?? "",
    noProxy: environment.no_proxy ?? environment.NO_PROXY ?? "",
    connect: { ...tls, timeout: CONNECT_MS },
    requestTls: tls,
    proxyTls: verified,
  });
  const direct = new Agent({ ...options, connect: { ...verified, timeout: CONNECT_MS } });
  const sendBy = (dispatcher: Agent | EnvHttpProxyAgent) => async (asked: HttpRequest) => {
    const { method, url, headers, body } = asked;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await request(url, {
        dispatcher,
        method,
        headers: { ...headers },
        signal,
        ...(body === undefined ? {} : { body }),
      });
      const bytes = await answer.body.arrayBuffer();
      return {
        status: answer.statusCode,
        headers: flat(answer.headers),
        text: decode(bytes, answer.statusCode),
      };
    } catch (error) {
      throw troubleOf(error, new URL(url).host);
    }
  };
  return {
    send: sendBy(proxied),
    sendDirectly: sendBy(direct),
    close: async () => {
      await Promise.all([proxied.destroy(), direct.destroy()]);
    },
  };
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = typeof value === "string" ? value : value?.[0];
    if (text !== undefined) plain[name.toLowerCase()] = text;
  }
  return plain;
}

class NotText extends Error {}

/** A successful answer must be UTF-8 to the last byte; of a refusal as much is shown as can be read. */
function decode(bytes: ArrayBuffer, status: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: status >= 200 && status < 300 }).decode(bytes);
  } catch {
    throw new NotText();
  }
}

/** undici's errors hold the request: only these plain texts leave this file. */
function troubleOf(error: unknown, host: string): NetworkTrouble {
  if (error instanceof NotText) return new NetworkTrouble(host, "not-text", "");
  if (!(error instanceof Error)) return new NetworkTrouble(host, "unknown", "");
  if (error.name === "TimeoutError") return new NetworkTrouble(host, "timeout", "");
  if (error.name === "ResponseExceededMaxSizeError") return new NetworkTrouble(host, "too-large", "");
  const { code, cert } = error as Error & { code?: unknown; cert?: { subjectaltname?: unknown } };
  const names = cert?.subjectaltname;
  const known = typeof code === "string" ? code : error.name;
  return new NetworkTrouble(host, known, error.message, typeof names === "string" ? names : undefined);
}
