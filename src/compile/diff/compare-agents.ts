import { toHash } from "../../plan/hash.ts";
import type { CompiledAgent } from "../compilation.ts";
import { readAgentSchemas } from "./agent-schemas.ts";
import { bundleCode } from "./bundle-code.ts";
import type { Change } from "./change.ts";
import { toAgentCode } from "./code-parts.ts";
import { schemaChanges } from "./compare-bodies.ts";
import type { Side } from "./compile-side.ts";

/** An agent at one of two sides. */
export interface AgentAt {
  readonly side: Side;
  readonly agent: CompiledAgent;
}

const MOST_LINES = 6;

/** Everything that differs between two states of one agent. */
export async function compareAgents(before: AgentAt, after: AgentAt): Promise<Change[]> {
  const changes: Change[] = [];
  const [from, to] = [before.agent.model, after.agent.model];
  if (from !== to) changes.push({ weight: "review", aspect: "model", path: "model", words: "", from, to });
  const codes = await Promise.all(
    [before, after].map(({ side, agent }) => bundleCode(side.root, agent.file)),
  );
  if (codes[0] && codes[0].same === codes[1]?.same) return changes;

  const parts = await Promise.all(codes.map((code) => code && toAgentCode(code.readable)));
  const [was, is] = parts;
  if (!was || !is || was.instructions.hash !== is.instructions.hash)
    changes.push(...instructionChanges(was?.instructions.lines ?? [], is?.instructions.lines ?? []));
  if (was && is && was.input === is.input && was.output === is.output) return changes;
  const [old, now] = await Promise.all([
    readAgentSchemas(before.side, before.agent),
    readAgentSchemas(after.side, after.agent),
  ]);
  const schemas = (["input", "output"] as const).flatMap((side) =>
    schemaChanges(old[side], now[side], { side }),
  );
  return [...changes, ...schemas];
}

/** Line by line: those that went, then those that came. */
function instructionChanges(from: readonly string[], to: readonly string[]): Change[] {
  const [had, has] = [new Set(from.map(toHash)), new Set(to.map(toHash))];
  const gone = from.filter((line) => !has.has(toHash(line)));
  const come = to.filter((line) => !had.has(toHash(line)));
  const count = Math.max(gone.length, come.length);
  if (count === 0)
    return [{ weight: "review", aspect: "instructions", path: "instructions", words: "changed" }];
  return Array.from({ length: Math.min(count, MOST_LINES) }, (_, i): Change => {
    const [was, is] = [gone[i], come[i]];
    const more =
      i === MOST_LINES - 1 && count > MOST_LINES ? `changed, and ${count - MOST_LINES} more lines` : "";
    return {
      weight: "review",
      aspect: "instructions",
      path: "instructions",
      words: more || (was === undefined ? "added" : is === undefined ? "removed" : ""),
      ...(was === undefined ? {} : { from: JSON.stringify(was) }),
      ...(is === undefined ? {} : { to: JSON.stringify(is) }),
    };
  });
}
