import type { Plan } from "../../plan/index.ts";
import type { CompiledScore } from "../compilation.ts";
import { type BundledCode, bundleCode } from "./bundle-code.ts";
import type { Change } from "./change.ts";
import { type ScoreCode, toScoreCode } from "./code-parts.ts";
import { compareBodies, schemaChanges } from "./compare-bodies.ts";
import { compareFacts } from "./compare-facts.ts";
import type { Side } from "./compile-side.ts";
import type { Scope } from "./expr-text.ts";
import type { Fact } from "./node-facts.ts";

/** A score at one of two sides. */
export interface ScoreAt {
  readonly side: Side;
  readonly score: CompiledScore;
}

/** Everything that differs between two states of one score. */
export async function compareScores(before: ScoreAt, after: ScoreAt): Promise<Change[]> {
  const [from, to] = [before.score.plan, after.score.plan];
  const codes = await bundleBoth(before, after);
  const parts = codes && (await partsOf(codes));
  const codeOf = (code: ScoreCode | undefined) => (key: string) => code?.nodes.get(key)?.runs;
  const changes = [
    ...compareFacts(undefined, headOf(from), headOf(to)),
    ...schemaChanges(from.input, to.input, { side: "input" }),
    ...compareBodies(
      { before: scopeOf(from), after: scopeOf(to) },
      { before: codeOf(parts?.[0]), after: codeOf(parts?.[1]) },
    ),
  ];
  if (codes) changes.push(...codeChanges(parts, changes));
  return changes;
}

function scopeOf({ body }: Plan): Scope {
  return { body, prefix: "", parent: undefined };
}

function headOf({ title, concurrency }: Plan): Map<string, Fact> {
  return new Map<string, Fact>([
    ...(title === undefined ? [] : [["title", { aspect: "title", text: JSON.stringify(title) }] as const]),
    ["concurrency", { aspect: "policy", text: String(concurrency) }],
  ]);
}

type Both<T> = readonly [before: T, after: T];

/** The code of both, or `undefined` when it is the same. */
async function bundleBoth(
  before: ScoreAt,
  after: ScoreAt,
): Promise<Both<BundledCode | undefined> | undefined> {
  const [from, to] = await Promise.all(
    [before, after].map(({ side, score }) => bundleCode(side.root, score.file)),
  );
  return from && to && from.same === to.same ? undefined : [from, to];
}

async function partsOf([from, to]: Both<BundledCode | undefined>): Promise<Both<ScoreCode> | undefined> {
  const [before, after] = [
    from && (await toScoreCode(from.readable)),
    to && (await toScoreCode(to.readable)),
  ];
  return before && after ? [before, after] : undefined;
}

/**
 * What the plan does not show. `changes` are those it does: a schema whose fields differ is told already, and of code
 * that cannot be taken apart nothing is known but that it is not the same, which other changes may be the reason of.
 */
function codeChanges(parts: Both<ScoreCode> | undefined, changes: readonly Change[]): Change[] {
  if (!parts) {
    const words = changes.length > 0 ? "code may have changed too" : "code changed";
    return [{ weight: "review", aspect: "code", words }];
  }
  const [before, after] = parts;
  const renamed = new Map(
    changes.flatMap(({ aspect, from, to }) => (aspect === "node" && from && to ? [[to, from]] : [])),
  );
  const pairs = [...after.nodes].flatMap(([key, code]) => {
    const old = before.nodes.get(renamed.get(key) ?? key);
    return old ? [{ key, old, code }] : [];
  });
  const told = (node: string | undefined, path: string) =>
    changes.some(
      (change) => change.aspect === "schema" && change.node === node && change.path?.startsWith(path),
    );
  const found: Change[] = [];
  const run = pairs.filter(({ old, code }) => old.runs !== code.runs).map(({ key }) => key);
  if (run.length > 0) {
    const words =
      run.length === 1
        ? `code of ${run[0]} changed`
        : `code of ${run.length} nodes changed: ${run.join(", ")}`;
    found.push({ weight: "review", aspect: "code", words });
  }
  const check = (node: string | undefined, path: string) => {
    if (!told(node, path))
      found.push({
        weight: "review",
        aspect: "schema",
        ...(node === undefined ? {} : { node }),
        path,
        words: "its schema's code changed",
      });
  };
  for (const { key, old, code } of pairs) {
    if (old.inputChecks !== code.inputChecks) check(key, "input");
    if (old.outputChecks !== code.outputChecks) check(key, "output");
  }
  if (before.input !== after.input) check(undefined, "input");
  return found;
}
