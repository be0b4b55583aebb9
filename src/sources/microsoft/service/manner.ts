import { quoted } from "../../records/findings.ts";
import { ServiceFailure } from "../errors/failure.ts";
import type { Speech } from "./pages.ts";
import type { Manner } from "./requests.ts";

export const OUTAGE = "Run zivsync again later. Microsoft reports outages at https://status.cloud.microsoft.";
export const NO_REDIRECT = "zivsync follows no redirect with a token. Check `baseUrl`.";

/** The failures that are the same with every service. */
export function commonManner({ service, check }: Speech): Pick<Manner, "wrong" | "throttled"> {
  return {
    wrong: ({ what }, { status, text }) => {
      const said = text.trim() === "" ? "nothing" : quoted(text);
      const message = `Asked to ${what}, ${service} answered ${status} with ${said}, which is not a JSON object, or only the beginning of one.`;
      const remedy = /^\ufeff?\s*</.test(text)
        ? `Something between here and ${service} answered instead, such as a proxy or a login page. Check \`baseUrl\` and the proxy settings.`
        : `Run zivsync again. If it stays, check ${check}.`;
      return new ServiceFailure({ code: "answer", message, remedy }, "request", status);
    },
    throttled: ({ what }, status, pauses) => {
      const after = pauses > 1 ? ` after ${pauses} pauses` : ", and asks for a longer pause than 10 minutes";
      const message = `Asked to ${what}, ${service} still answers ${status} (too many requests)${after}.`;
      const remedy = "Lower `concurrency`, or run zivsync when less else uses this tenant.";
      return new ServiceFailure({ code: "throttled", message, remedy }, "reading", status);
    },
  };
}
