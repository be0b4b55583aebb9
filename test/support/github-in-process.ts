import { Answer } from "../../src/github/api/answer.ts";
import type { GitHubApi } from "../../src/github/api/api.ts";
import { apiOver } from "../../src/github/api/client.ts";
import type { Requester } from "../../src/github/api/octokit.ts";
import { answerOf } from "../servers/github-routes.ts";
import type { GitHubState } from "../servers/github-state.ts";
import { virtualClock } from "./machine-target.ts";

/** The client over the routes of the fake GitHub, without a network between them. */
export function githubInProcess(state: GitHubState): GitHubApi {
  const [owner = "", name = ""] = state.repository.split("/");
  let nth = 0;
  const send = (method: string, path: string, query: Record<string, string>, body: unknown): unknown => {
    nth += 1;
    const headers = { authorization: `token ${state.token}` };
    const reply = answerOf({ method, path, query, headers, body, nth }, state, "https://api.github.test");
    if (reply.status >= 300) throw new Error(`${method} ${path}: status ${reply.status}`);
    return structuredClone(reply.body);
  };
  const ask = (route: string, parameters: Readonly<Record<string, unknown>>): unknown => {
    const [method = "", template = ""] = route.split(" ");
    const rest = new Map(Object.entries(parameters));
    const path = template.replace(/\{(\w+)\}/g, (_, key: string) => {
      const value = String(rest.get(key));
      rest.delete(key);
      return value;
    });
    const left = Object.fromEntries(rest);
    const query = Object.fromEntries([...rest].map(([key, value]) => [key, String(value)]));
    return method === "GET" ? send(method, path, query, undefined) : send(method, path, {}, left);
  };
  const requester: Requester = {
    ask: async (route, parameters, _, read) => read(new Answer(ask(route, parameters), "the answer")),
    async list(route, parameters, _, read) {
      const all: unknown[] = [];
      for (let page = 1; ; page += 1) {
        const some = ask(route, { ...parameters, per_page: 100, page }) as unknown[];
        all.push(...some);
        if (some.length < 100) break;
      }
      return read(all.map((item, index) => new Answer(item, `entry ${index + 1}`)));
    },
    async query(text, variables, _, read) {
      const data = send("POST", "/graphql", {}, { query: text, variables });
      return read(new Answer(data, "the answer").at("data"));
    },
  };
  return apiOver(requester, { owner, name }, virtualClock(0));
}
