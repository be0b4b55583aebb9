import { InputError, type Problem } from "../../model/values/errors.ts";

const LOOPBACK = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|localhost)$/;

/** Whether this host name (as `URL.hostname` writes it) is this machine itself: 127.0.0.0/8, ::1 or localhost. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * The base address of the API, without a final slash. The API key may go to zivver.com and below it, to loopback, and to
 * hosts in `allowedHosts`; everything but loopback needs https. Throws InputError `target-host`.
 */
export function checkTargetUrl(text: string, allowedHosts: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const problem = url === undefined ? notAnAddress() : problemOf(url, allowedHosts);
  if (problem) throw new InputError({ code: "target-host", where: "target.url", ...problem });
  const base = new URL(text);
  base.pathname = base.pathname.replace(/\/+$/, "");
  return base;
}

type Trouble = Pick<Problem, "message" | "remedy">;

function notAnAddress(): Trouble {
  return {
    message: "This is not a web address.",
    remedy: "Write the address of the API, such as https://app.zivver.com/api/scim/v2.",
  };
}

function problemOf(url: URL, allowedHosts: readonly string[]): Trouble | undefined {
  if (url.protocol !== "https:" && url.protocol !== "http:") return notAnAddress();
  if (url.username !== "" || url.password !== "") {
    return {
      message:
        "The address holds a user name or a password. Zivver knows none, and an address is shown in plans and reports.",
      remedy: "Take them out: the API key is all that is needed.",
    };
  }
  if (url.search !== "" || url.hash !== "") {
    return {
      message:
        "The address holds a query or a fragment, which cannot come before the paths that zivsync adds.",
      remedy: "Leave out everything from the first ? or # on.",
    };
  }
  const loopback = isLoopback(url.hostname);
  if (!loopback && !isTrusted(url, allowedHosts)) {
    return {
      message: `The API key may not be sent to ${url.hostname}: it is neither zivver.com, nor below it, nor this machine.`,
      remedy: `Correct target.url. If the host is meant, name it in the environment variable ZIVSYNC_TARGET_HOSTS where zivsync runs: ZIVSYNC_TARGET_HOSTS=${url.hostname}`,
    };
  }
  if (url.protocol === "http:" && !loopback) {
    return {
      message: `The API key would go to ${url.hostname} unencrypted.`,
      remedy: "Write https:// instead of http://.",
    };
  }
  return undefined;
}

function isTrusted(url: URL, allowedHosts: readonly string[]): boolean {
  if (url.hostname === "zivver.com" || url.hostname.endsWith(".zivver.com")) return true;
  return allowedHosts.some((allowed) => {
    const host = allowed.trim().toLowerCase();
    return host === url.hostname || host === url.host;
  });
}
