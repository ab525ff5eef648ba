import type { Finding } from "../../define/finding.ts";
import { allAgents } from "../all-agents.ts";
import type { RuleContext } from "./index.ts";

interface Named {
  readonly id: string;
  readonly sites: Finding["sites"];
}

/** MS1101: an id that two definitions of one kind have. */
export function duplicateId({ scores, agents, orchestras, report }: RuleContext): void {
  const find = (what: string, all: readonly Named[]) => {
    const first = new Map<string, Named>();
    for (const one of all) {
      const other = first.get(one.id);
      if (!other) first.set(one.id, one);
      else {
        const others = [{ sites: other.sites, path: ["id"], label: "the other is here" }];
        report({
          code: "MS1101",
          facts: { what, id: one.id },
          sites: one.sites,
          path: ["id"],
          others,
          subject: one.id,
        });
      }
    }
  };
  find(
    "score",
    scores.map((score) => ({ ...score, sites: score.sites[""] ?? [] })),
  );
  find("agent", allAgents(agents, scores));
  find("orchestra", orchestras);
}
