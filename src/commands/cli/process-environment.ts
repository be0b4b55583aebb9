import { InputError } from "../../model/values/errors.ts";

/**
 * Takes out of the process's environment what would switch verification off or print secrets, and says so. Node itself has
 * read NODE_DEBUG before any program runs, and would print the API key with every request. Throws InputError
 * `environment-unsafe` for that one.
 */
export function clearEnvironment(environment: NodeJS.ProcessEnv, note: (text: string) => void): void {
  if ((environment.NODE_DEBUG ?? "") !== "")
    throw new InputError([
      {
        code: "environment-unsafe",
        where: "NODE_DEBUG",
        message:
          "This variable makes Node print requests with the API key in them, and zivsync cannot switch that off.",
        remedy: "Unset NODE_DEBUG, and run zivsync again.",
      },
    ]);
  // Libraries print what they send and receive.
  delete environment.DEBUG;
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === "0")
    note(
      "NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are always verified. Name a CA of your own in `caFile` or NODE_EXTRA_CA_CERTS.",
    );
  delete environment.NODE_TLS_REJECT_UNAUTHORIZED;
}
