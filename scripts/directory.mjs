// A directory to try zivsync on: `npm run directory` starts one with a made-up hospital and says how to read it, until
// Ctrl-C. `--openldap` does without Samba and root; `--seconds N` ends it by itself; `--json` prints one line with the
// same facts.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadTypeScript } from "./load-typescript.mjs";

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const { values } = parseArgs({
  options: { openldap: { type: "boolean" }, seconds: { type: "string" }, json: { type: "boolean" } },
});

const { startTrial } = await loadTypeScript(path("test/servers/trial.ts"));

const ended = new Promise((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, resolve);
});
if (!values.json) console.error("Starting a directory. The first time takes up to a minute …");
const trial = await startTrial(
  path("test/servers/samba-load.py"),
  values.openldap ? "openldap" : "any",
).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
try {
  const { close: _, ...facts } = trial;
  console.log(values.json ? JSON.stringify(facts) : words(trial));
  const seconds = Number(values.seconds ?? Number.NaN);
  const over = Number.isNaN(seconds)
    ? []
    : [new Promise((resolve) => setTimeout(resolve, seconds * 1000).unref())];
  await Promise.race([ended, ...over]);
} finally {
  await trial.close();
}

function words({ server, url, variable, password, profile }) {
  return `
${server} answers on ${url}, with 60 people and 12 groups. It is gone after Ctrl-C.

In another terminal:

export ${variable}='${password}'
mkdir -p trial/profiles
cat > trial/profiles/hospital.yaml <<'END'
${profile}END
cat > trial/organization.yaml <<'END'
apiVersion: zivsync/v1
kind: Organization
target:
  url: http://127.0.0.1:8080/api/scim/v2
  apiKey: { env: ZIVVER_API_KEY }
loginMethod: sso
claimedDomains: [example.org]
protected: none # only in a trial
END
npx --no zivsync records -C trial

To plan as well, run \`npx --no zivsync simulator --port 8080\` in a third one, and here:

export ZIVVER_API_KEY=simulator-key
npx --no zivsync plan -C trial
`;
}
