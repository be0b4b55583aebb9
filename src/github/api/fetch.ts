import { InputError, RemoteError } from "../../model/values/errors.ts";
import { DEEPEST_JSON, isTooDeep } from "../../model/values/json.ts";
import { type Http, type HttpAnswer, type HttpRequest, openHttp } from "../../network/http.ts";

const LOOPBACK = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|localhost)$/;
export const TIMEOUT_MS = 30_000;
const REDIRECTS = 3;
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

type Fetch = (
  url: string,
  options: { method: string; headers: Record<string, string>; body?: string },
) => Promise<Response>;

/**
 * `fetch` for octokit, which sends nothing to any other place than this API: neither a link to a next page nor a redirect
 * takes the token elsewhere. Through the proxy that the environment names. Throws InputError `github-context` for an
 * address of the API, or of the proxy, that is none.
 */
export function openFetch(apiUrl: string, environment: NodeJS.ProcessEnv): Fetch {
  const base = checkApiUrl(apiUrl);
  const http = open(environment);
  const send = LOOPBACK.test(base.hostname) ? http.sendDirectly : http.send;
  return async (url, { method, headers, body }) => {
    let next = url;
    for (let redirects = 0; redirects <= REDIRECTS; redirects += 1) {
      checkInside(next, base);
      const answer = await send({
        method: method as HttpRequest["method"],
        url: next,
        headers,
        ...(typeof body === "string" ? { body } : {}),
      });
      const { location } = answer.headers;
      if (isTooDeep(answer.text)) throw tooDeep(base);
      if (answer.status < 300 || answer.status >= 400 || answer.status === 304) return responseOf(answer);
      if (location === undefined || !URL.canParse(location, next)) break;
      next = new URL(location, next).href;
    }
    throw elsewhere(base, "It sends the request on and on, or nowhere.");
  };
}

function open(environment: NodeJS.ProcessEnv): Http {
  try {
    return openHttp({ timeoutMs: TIMEOUT_MS, environment });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new InputError({
      code: "github-context",
      where: "HTTPS_PROXY",
      message:
        "The proxy that the environment names is not an http:// or https:// address, so GitHub cannot be reached through it.",
      remedy: "Write HTTPS_PROXY=http://HOST:PORT, or name GitHub's host in NO_PROXY.",
    });
  }
}

/** https, but to this machine itself. No user, no query: paths are added to it. */
function checkApiUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.test(url.hostname));
  if (url !== undefined && isSafe && `${url.username}${url.password}${url.search}${url.hash}` === "")
    return url;
  throw new InputError({
    code: "github-context",
    where: "GITHUB_API_URL",
    message:
      "This is not an address that the token may be sent to: it must begin with https:// and hold no user, query or fragment.",
    remedy: "Leave GITHUB_API_URL as the runner sets it, such as https://api.github.com.",
  });
}

function checkInside(url: string, base: URL): void {
  const target = new URL(url);
  const path = `${base.pathname.replace(/\/+$/, "")}/`;
  const graphql = path.replace(/(?:\/v3)?\/$/, "/graphql");
  const isInside = target.pathname.startsWith(path) || target.pathname === graphql;
  if (target.origin === base.origin && isInside) return;
  throw elsewhere(base, `It points to ${target.host}, outside the API.`);
}

function elsewhere(base: URL, message: string): RemoteError {
  return new RemoteError({
    code: "github-answer",
    where: base.host,
    message: `GitHub's answer leads where the token is not sent. ${message}`,
    remedy: "Check that GITHUB_API_URL names GitHub's API, and that no proxy answers in its place.",
  });
}

function tooDeep(base: URL): RemoteError {
  return new RemoteError({
    code: "github-answer",
    where: base.host,
    message: `GitHub's answer is nested deeper than ${DEEPEST_JSON} levels, and no answer of GitHub is.`,
    remedy: "Check that GITHUB_API_URL names GitHub's API, and that no proxy answers in its place.",
  });
}

function responseOf({ status, headers, text }: HttpAnswer): Response {
  return new Response(WITHOUT_BODY.includes(status) ? null : text, { status, headers: { ...headers } });
}
