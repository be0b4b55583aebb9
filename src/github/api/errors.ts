import { RemoteError } from "../../model/values/errors.ts";

/** The purposes of requests to GitHub, in words, and the permission of a workflow's token that each needs. */
export type Errand = {
  /** After "to": `read pull request #7`. */
  readonly what: string;
  readonly permission: string;
  /** zivsync cannot tell after a lost answer whether it was done, and doing it again would do it twice. */
  readonly creates?: boolean;
};

/** The facts about a request that failed for good. */
export type Failure =
  | { readonly kind: "status"; readonly status: number; readonly said: string; readonly tries: number }
  | { readonly kind: "limited"; readonly seconds: number | undefined; readonly waits: number }
  | { readonly kind: "network"; readonly why: string; readonly tries: number }
  | { readonly kind: "undocumented"; readonly why: string };

const REPORT =
  "Check that GITHUB_API_URL names GitHub's API, and that no proxy answers in its place; otherwise please report this as a bug in zivsync.";

/** The error that people see. `where` is the host of the API. Pure. */
export function failureError(failure: Failure, errand: Errand, where: string): RemoteError {
  const uncertain = errand.creates === true && isUncertain(failure);
  return new RemoteError({ where, ...wordsOf(failure, errand) }, { uncertain });
}

function isUncertain(failure: Failure): boolean {
  return failure.kind === "status" ? failure.status >= 500 : failure.kind !== "limited";
}

type Words = RemoteError["problems"][number];

function wordsOf(failure: Failure, errand: Errand): Words {
  switch (failure.kind) {
    case "status":
      return statusWords(failure, errand);
    case "limited":
      return limitWords(failure, errand);
    case "network":
      return {
        code: "github-unavailable",
        message: `GitHub could not be reached to ${errand.what}${timesOf(failure.tries)}: ${failure.why}.`,
        remedy:
          "Run it again. If it stays so, check GITHUB_API_URL, the proxy (HTTPS_PROXY, NO_PROXY) and, for a server with a certificate of its own, NODE_EXTRA_CA_CERTS.",
      };
    case "undocumented":
      return {
        code: "github-answer",
        message: `GitHub was asked to ${errand.what}, and its answer is not as documented: ${failure.why}.`,
        remedy: REPORT,
      };
  }
}

function statusWords({ status, said, tries }: Failure & { kind: "status" }, errand: Errand): Words {
  const quoted = said === "" ? "" : ` It says: "${said}".`;
  if (status === 401) {
    return {
      code: "github-unauthorized",
      message: `GitHub does not take the token in GITHUB_TOKEN: it is wrong, over, or of another server.${quoted}`,
      remedy:
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a workflow writes it
        "Give the step `env: { GITHUB_TOKEN: ${{ github.token }} }`. That token ends with its job.",
    };
  }
  if (status === 403) {
    return {
      code: "github-forbidden",
      message: `The token in GITHUB_TOKEN may not ${errand.what}.${quoted}`,
      remedy: `Give the job \`permissions: { ${errand.permission} }\`. A run for a pull request of a fork never gets more than reading.`,
    };
  }
  if (status === 404) {
    return {
      code: "github-not-found",
      message: `GitHub was asked to ${errand.what} and found nothing, which it also answers where the token may not look.`,
      remedy: `Check that it is there in this repository, and that the job has \`permissions: { ${errand.permission} }\`.`,
    };
  }
  if (status >= 500) {
    return {
      code: "github-unavailable",
      message: `GitHub was asked to ${errand.what} and answered with status ${status}${timesOf(tries)}.`,
      remedy: "Run it again. https://www.githubstatus.com reports outages.",
    };
  }
  return {
    code: "github-answer",
    message: `GitHub was asked to ${errand.what} and refused with status ${status}.${quoted}`,
    remedy: REPORT,
  };
}

function limitWords({ seconds, waits }: Failure & { kind: "limited" }, errand: Errand): Words {
  const until =
    seconds === undefined || seconds < 60
      ? ""
      : ` It asks to wait ${Math.ceil(seconds / 60)} minutes, which is longer than zivsync waits.`;
  const times =
    waits === 0 ? "" : `, also after zivsync had waited ${waits === 1 ? "once" : `${waits} times`}`;
  return {
    code: "github-rate-limited",
    message: `GitHub was asked to ${errand.what} and refused, since there were too many requests${times}.${until}`,
    remedy:
      "Run it again later. The limit is shared by all workflows of the repository: let fewer of them run at once.",
  };
}

function timesOf(tries: number): string {
  return tries > 1 ? ` (${tries} times)` : "";
}

/** Text of others with everything written out that a reader could not see, so that it cannot steer a terminal. Line breaks stay. */
export function visible(text: string): string {
  return text.replace(
    /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (point) => `\\u{${(point.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
