import type { Compilation, CompiledScore } from "../../compile/index.ts";
import type { Finding } from "../../define/finding.ts";
import type { RunFinding } from "./moved-run.ts";

/** The findings, each once, with the runs that it is about. */
export class Found {
  readonly #scores: ReadonlyMap<string, CompiledScore>;
  readonly #found = new Map<
    string,
    { readonly runs: Set<string>; readonly make: (runs: string[]) => Finding }
  >();

  constructor({ scores }: Pick<Compilation, "scores">) {
    this.#scores = new Map(scores.map((score) => [score.id, score]));
  }

  readonly add = (finding: Finding): void => {
    this.#found.set(JSON.stringify([finding.code, finding.facts]), { runs: new Set(), make: () => finding });
  };

  addFor(score: string, run: string, { code, facts, node, path, others }: RunFinding): void {
    const key = JSON.stringify([code, score, facts, node]);
    const known = this.#found.get(key);
    if (known) return void known.runs.add(run);
    const compiled = this.#scores.get(score);
    const make = (runs: string[]) =>
      ({
        code,
        facts: { score, runs, ...facts },
        ...placeOf(compiled, node, path),
        ...(others ? { others } : {}),
        subject: node === undefined ? score : `${score}.${node}`,
      }) as unknown as Finding;
    this.#found.set(key, { runs: new Set([run]), make });
  }

  all(): Finding[] {
    return [...this.#found.values()].map(({ runs, make }) => make([...runs].sort()));
  }
}

/** Where a schema stands that is not written at its node, the finding is there. */
function placeOf(
  score: CompiledScore | undefined,
  node: string | undefined,
  path: RunFinding["path"],
): Pick<Finding, "sites" | "path"> {
  const { sites = {}, definitions = {} } = score ?? {};
  const [option] = path ?? [];
  if (node === undefined && option === "input" && definitions[""])
    return { sites: definitions[""], path: [0] };
  if (node === undefined) return { sites: sites[""] ?? [], ...(path ? { path } : {}) };
  const defined = option === "output" || option === "decision" ? definitions[node] : undefined;
  const [first = ""] = node.split("/", 1);
  return { sites: defined ?? sites[node] ?? sites[first] ?? sites[""] ?? [], ...(path ? { path } : {}) };
}
