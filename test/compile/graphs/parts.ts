import { fileURLToPath } from "node:url";
import { collectDefinition } from "../../../src/compile/child/collect-definition.ts";
import type { DefinitionFile, LoadedDefinition } from "../../../src/compile/child/protocol.ts";
import { toUnused } from "../../../src/compile/child/to-unused.ts";
import { applyRules } from "../../../src/compile/rules/index.ts";
import type { Finding } from "../../../src/define/finding.ts";
import { watchBuilding } from "../../../src/define/record.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url)).replace(/\/$/, "");
/** Where the nodes of a drawn score are built, so that those it does not use are found. */
const BUILT_IN = "test/compile/graphs/draw-score.ts";

/** The definitions of a workspace, as its modules would export them by default. */
export interface Parts {
  readonly scores: readonly unknown[];
  readonly agents?: readonly unknown[];
  readonly orchestras?: readonly unknown[];
  readonly config?: unknown;
}

/**
 * What the compiler finds in a workspace that `make` builds: all but loading files and finding places, in this process,
 * so that thousands can be looked at. What the maker throws is thrown.
 */
export async function findingsOf(make: () => Parts): Promise<Finding[]> {
  const watching = watchBuilding();
  try {
    const { scores, agents = [], orchestras = [], config } = make();
    const unused = toUnused(ROOT, watching.built);
    const findings: Finding[] = [];
    const collect = async (value: unknown, kind: DefinitionFile["kind"], file: string) => {
      const collected = await collectDefinition({ default: value }, { file, kind }, { root: ROOT, unused });
      findings.push(...collected.findings);
      if (collected.failures.length > 0) throw new Error(JSON.stringify(collected.failures));
      return collected.definition ? [{ file, ...collected.definition }] : [];
    };
    const all = async (values: readonly unknown[], kind: DefinitionFile["kind"]) => {
      const found: ({ readonly file: string } & LoadedDefinition)[] = [];
      for (const [i, value] of values.entries()) {
        const file = `${kind}s/${(value as { readonly id?: unknown }).id}.ts`;
        // The nodes of the first score are built there, and those it does not use are found by their file.
        const collected = await collect(value, kind, kind === "score" && i === 0 ? BUILT_IN : file);
        found.push(...collected.map((one) => ({ ...one, file })));
      }
      return found as never[];
    };
    const context = {
      scores: (await all(scores, "score")).map((score: object) => ({ ...score, reached: [] })) as never[],
      agents: await all(agents, "agent"),
      orchestras: await all(orchestras, "orchestra"),
      config: (await all(config === undefined ? [] : [config], "config"))[0],
      isWhole: true,
      isConfigRead: true,
      unread: new Set<string>(),
      environment: undefined,
      report: (finding: Finding) => void findings.push(finding),
    };
    applyRules(context);
    return findings;
  } finally {
    watching.stop();
  }
}
