import type { RuleContext } from "./index.ts";

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** MS1103: a definition in a file of another name. */
export function fileName({ scores, agents, orchestras, report }: RuleContext): void {
  const named = [
    ...scores.map(({ id, file, sites }) => ({ what: "score", id, file, sites: sites[""] ?? [] })),
    ...agents.map(({ id, file, sites }) => ({ what: "agent", id, file, sites })),
    ...orchestras.map(({ id, file, sites }) => ({ what: "orchestra", id, file, sites })),
  ];
  for (const { what, id, file, sites } of named) {
    if (!NAME.test(id)) continue;
    if (file.replace(/^.*\//, "").replace(/\.[mc]?ts$/, "") === id) continue;
    report({ code: "MS1103", facts: { what, id, file }, sites, path: ["id"], subject: id });
  }
}
