import { asObject, asText, parseJson } from "../../../model/values/json.ts";
import type { HttpAnswer } from "../../../network/http.ts";
import type { Token } from "../../microsoft/auth/token.ts";
import { ServiceFailure } from "../../microsoft/errors/failure.ts";
import { commonManner, NO_REDIRECT, OUTAGE } from "../../microsoft/service/manner.ts";
import type { Manner } from "../../microsoft/service/requests.ts";
import { quoted } from "../../records/findings.ts";

/** The permission that the application needs for a request. */
export function permissionRemedy(needs: string): string {
  return `Give the application the application permission ${needs} of Microsoft Graph, and let an administrator consent.`;
}

/** The state of a permission in a token, as a sentence; nothing where it has it. */
function lacks({ roles }: Token, needs: string): string {
  if (roles.includes(needs)) return "";
  const has = roles.length === 0 ? "no application permission at all" : roles.join(", ");
  return ` The token carries ${has}.`;
}

/** The code of the error and the id of the request, by which Microsoft finds it. */
function saidIn({ text, headers }: HttpAnswer): string {
  const error = asObject(asObject(parseJson(text))?.error);
  const words = asText(error?.message) ?? text;
  const inner = asObject(error?.innerError);
  const request = asText(inner?.["request-id"]) ?? headers["request-id"];
  const details = [asText(error?.code), request && `request ${request}`].filter(Boolean).join(", ");
  const said = words.trim() === "" ? "nothing more" : quoted(words);
  return details === "" ? said : `${said} (${quoted(details).slice(1, -1)})`;
}

function refused(asked: Parameters<Manner["refused"]>[0], answer: HttpAnswer, tries: number, token: Token) {
  const { what, needs } = asked;
  const { status } = answer;
  const tried = tries > 1 ? ` It was tried ${tries} times.` : "";
  const message = `Asked to ${what}, Graph answered ${status} with ${saidIn(answer)}.${tried}`;
  const failure = (code: "answer" | "forbidden" | "unavailable", remedy: string, more = "") =>
    new ServiceFailure({ code, message: `${message}${more}`, remedy }, "request", status);
  if (status === 403 && needs !== undefined) {
    return failure("forbidden", permissionRemedy(needs), lacks(token, needs));
  }
  if (status === 404) {
    const kind = isNotFound(answer) ? "missing" : "request";
    const remedy = "Check `baseUrl` and `cloud`, and that what the source names is in this tenant.";
    return new ServiceFailure({ code: "answer", message, remedy }, kind, status);
  }
  if (status >= 500) {
    return failure("unavailable", OUTAGE);
  }
  return failure(
    "answer",
    status >= 300 && status < 400 ? NO_REDIRECT : "Check the names of properties in `map` and `filter`.",
  );
}

/** Whether Graph itself says that there is no such object. A 404 of something between here and there does not. */
function isNotFound({ text }: HttpAnswer): boolean {
  const code = asText(asObject(asObject(parseJson(text))?.error)?.code);
  return code !== undefined && /NotFound/i.test(code);
}

/** How messages speak of this service. */
export const SPEECH = { service: "Graph", check: "`baseUrl`" };

export const GRAPH_MANNER: Manner = {
  refused,
  ...commonManner(SPEECH),
  renewedInVain: ({ what, needs = "User.Read.All" }, token) => {
    const message = `Asked to ${what}, Graph answered 401: it accepts neither the token of this application nor a new one.${lacks(token, needs)}`;
    const remedy = `Check \`cloud\`, \`baseUrl\` and \`auth\`. ${permissionRemedy(needs)}`;
    return new ServiceFailure({ code: "credentials", message, remedy }, "reading", 401);
  },
};
