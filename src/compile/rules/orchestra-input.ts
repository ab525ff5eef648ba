import { toCheck } from "../../define/check.ts";
import type { ScoreRecord } from "../../define/define-score.ts";
import { definitionKind } from "../../define/definition.ts";
import { toText } from "../../define/describe.ts";
import type { InputRoot } from "../../define/record.ts";
import { refInfo } from "../../define/ref.ts";
import type { DefinitionContext } from "./definition-rules.ts";

const LONGEST_CHECK_MS = 2_000;

/** MS4003: the input of an orchestra, against the own schema of the score it plays; each wrong field is named. */
export async function orchestraInput({ kind, definition, report }: DefinitionContext): Promise<void> {
  if (kind !== "orchestra" || definitionKind(definition.plays) !== "score") return;
  const score = definition.plays as ScoreRecord;
  const root = refInfo(score.input)?.root as InputRoot | undefined;
  if (root?.is !== "input") return;
  const late = new Promise<undefined>(
    (resolve) => void setTimeout(() => resolve(undefined), LONGEST_CHECK_MS).unref(),
  );
  const checked = await Promise.race([toCheck(root.schema)(definition.input ?? {}), late]);
  if (!checked || !("problems" in checked)) return;
  for (const { path, detail, type } of checked.problems) {
    report({
      code: "MS4003",
      facts: {
        orchestra: toText(definition.id),
        score: toText(score.id),
        path,
        detail: inWords(detail, type),
      },
      sites: definition.sites,
      path: ["input", ...toKeys(path)],
      others: [{ sites: root.sites, label: "the input is declared here" }],
      subject: toText(definition.id),
    });
  }
}

/** What zod says of a field that is not there is about a value that nobody wrote. */
function inWords(detail: string, type: string): string {
  const expected =
    type === "undefined" ? /^Invalid input: expected (\w+), received undefined$/.exec(detail) : null;
  return expected ? `it is missing, and has to be of type ${expected[1]}` : detail.replace(/\.$/, "");
}

/** `leads[3].mail` as `["leads", 3, "mail"]`. */
function toKeys(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((match) =>
    match[1] === undefined ? match[0] : Number(match[1]),
  );
}
