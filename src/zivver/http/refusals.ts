import type { ErrorCode, Problem } from "../../model/values/errors.ts";
import { describeBody, excerpt, isWebPage, refusalText } from "./answers/excerpt.ts";
import type { Answer } from "./client.ts";

/** The purpose of a request, for messages: `create j.doe@example.org`, `read the personal accounts`; `where` is the request. */
export type Asked = {
  readonly action: string;
  readonly where: string;
  readonly redact: (text: string) => string;
};

type Row = {
  readonly code: ErrorCode;
  readonly text: RegExp;
  readonly why: (found: string) => string;
  readonly remedy: string;
};

/** The texts of a 400, as the public clients know them; the first row that fits counts. */
const ROWS: readonly Row[] = [
  {
    code: "target-address-outside",
    text: /account is outside the organi[sz]ation/i,
    why: () =>
      "the address lies outside the organisation. Its domain is not claimed, or somebody has a free account with it, or another organisation has it, or it exists here as the other kind of account.",
    remedy:
      'Claim the domain in Zivver. Take a free account in with "Adopt accounts" under Domains in Zivver\'s web application. Convert an account of the other kind there, too: deleting it destroys its mail.',
  },
  {
    code: "target-alias-domain",
    text: /domain not owned/i,
    why: () => "one of its aliases lies in a domain that the organisation has not claimed.",
    remedy: "Claim the domain in Zivver, or name it under aliases.excludeDomains of the profile.",
  },
  {
    code: "target-alias-taken",
    text: /alias is already taken(?: for (.*))?/i,
    why: (found) => `one of its aliases belongs to another account${found === "" ? "" : ` (${found})`}.`,
    remedy: "Take the alias off the other account first; if a source gives it to both, correct the source.",
  },
  {
    code: "target-alias-guest",
    text: /alias is a guest:?\s*(.*)/i,
    why: (found) => `a guest account has one of its aliases${found === "" ? "" : ` (${found})`}.`,
    remedy:
      "Merge the guest with an option of Zivver's own sync tool: it cannot be undone, access rights do not move, and this API has no call for it.",
  },
  {
    code: "target-division",
    text: /invalid division:?\s*(.*)/i,
    why: (found) => `there is no division ${found === "" ? "of that name" : `"${found}"`}.`,
    remedy: "Create the division in Zivver, or correct the division in the source or the profile.",
  },
  {
    code: "target-member-unknown",
    text: /unknown in set|member not found/i,
    why: () => "one of its members is unknown to Zivver; it was probably deleted meanwhile.",
    remedy: "Make a new plan: it reads the accounts again.",
  },
  {
    code: "target-account-unknown",
    text: /unknown account/i,
    why: () => "the account no longer exists; it was probably deleted meanwhile.",
    remedy: "Make a new plan: it reads the accounts again.",
  },
];

/** The problem behind an answer that is not success and is not worth another try. */
export function refusalOf(answer: Answer, asked: Asked): Problem {
  const { where, redact } = asked;
  const { status } = answer;
  if (status < 400) return { where, ...redirectOf(answer, redact) };
  if (status === 401 || status === 403) return { where, ...keyRefused(status, asked) };
  const refused = `Zivver refused to ${asked.action}`;
  if (status === 409) {
    return {
      code: "target-address-exists",
      where,
      message: `${refused}: an account with this address exists already.`,
      remedy:
        "Make a new plan: it reads the accounts again. If the address is not among them, another organisation has it.",
    };
  }
  if (status === 406 || status === 415) {
    return {
      code: "target-media-type",
      where,
      message: `${refused}: it does not take the media type of the request (${status}).`,
      remedy:
        "Look whether something between here and Zivver changes headers; otherwise Zivver's API has changed: please report it.",
    };
  }
  return { where, ...refusedByText(answer, asked, refused) };
}

/** `target-refused` is Zivver's word on the account, which a rename that is not possible is known by; a proxy's page is not. */
function refusedByText(answer: Answer, asked: Asked, refused: string): Problem {
  if (!isWebPage(answer.body)) {
    // Matched as it came: a secret that happens to be part of Zivver's words must not hide what they say.
    const text = refusalText(answer.body);
    for (const row of ROWS) {
      const found = row.text.exec(text);
      if (!found) continue;
      const named = excerpt(found[1] ?? "", asked.redact);
      return { code: row.code, message: `${refused}: ${row.why(named)}`, remedy: row.remedy };
    }
  }
  if (answer.status === 404) return notFound(asked.where, refused);
  const message = `${refused}: it answered ${answer.status} with ${describeBody(answer.body, asked.redact)}.`;
  if (isWebPage(answer.body)) {
    const remedy =
      "Something between here and Zivver answered instead, such as a proxy. Check target.url and the proxy settings.";
    return { code: "target-answer", message, remedy };
  }
  const remedy =
    "Zivver's own words are all that is known. Correct the account in the source if they name a value of it.";
  return { code: "target-refused", message, remedy };
}

function notFound(where: string, refused: string): Problem {
  const account = /\/[0-9a-z-]+$/i.test(where) && !/\/(?:Users|Groups)$/.test(where);
  const message = `${refused}: it found nothing at this address (404).`;
  const checkUrl = "Check target.url: it ends in /api/scim/v2.";
  if (!account) return { code: "target-refused", message, remedy: checkUrl };
  const remedy = `${checkUrl} If other requests work, the account was deleted meanwhile: make a new plan.`;
  return { code: "target-account-unknown", message, remedy };
}

function keyRefused(status: 401 | 403, asked: Asked): Problem {
  if (status === 401) {
    return {
      code: "target-unauthorized",
      message: `Zivver did not accept the API key, asked to ${asked.action} (401). The key is wrong or revoked, or the administrator who made it was deleted.`,
      remedy: "Make a new API key in Zivver and store it where target.apiKey points.",
    };
  }
  return {
    code: "target-forbidden",
    message: `The API key may not ${asked.action} (403).`,
    remedy:
      "Use an API key that an administrator with full rights made. A proxy or firewall in between can also answer 403.",
  };
}

/** A redirect says of a reading that it gave nothing, and of a write nothing at all: 303 (RFC 9110) comes after it was carried out. */
export function redirectOf(answer: Answer, redact: (text: string) => string) {
  const { location } = answer.headers;
  const to = typeof location === "string" ? excerpt(location.replace(/[?#].*$/s, ""), redact) : "";
  return {
    code: "target-answer" as const,
    message: `The answer was ${answer.status}, ${to === "" ? "which is none that Zivver gives" : `a redirect to ${to}`}. Redirects are never followed, and the API key was not sent there.`,
    remedy:
      "Set target.url to the address of the API itself, https://app.zivver.com/api/scim/v2 unless Zivver gave you another.",
  };
}
