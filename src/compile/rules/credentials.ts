import { agentSkills, agentTools } from "../../define/agent-tools.ts";
import { isSchema, toPathText } from "../../define/check.ts";
import type { SkillRecord } from "../../define/define-skill.ts";
import { toolRecord } from "../../define/define-tool.ts";
import { definitionKind } from "../../define/definition.ts";
import { toText } from "../../define/describe.ts";
import { type NodeRecord, nodeRecord, type TaskRecord } from "../../define/record.ts";
import { refInfo } from "../../define/ref.ts";
import { findCredentials } from "../../support/credentials.ts";
import { withArticle } from "../../support/with-article.ts";
import type { DefinitionContext } from "./definition-rules.ts";

type Report = DefinitionContext["report"];
type Way = readonly (string | number)[];

/** Whose values are looked at, and how they should have been given. */
interface Owner {
  readonly name: string;
  readonly sites: DefinitionContext["definition"]["sites"];
  readonly subject?: string;
  /** The one next action, by the name under which the credential is usually kept. */
  readonly next: (usualName: string, way: Way) => string;
  readonly report: Report;
}

const MOST_LOOKS = 10_000;
/** What holds other definitions and nodes, which are looked at themselves. */
const ELSEWHERE = new Set(["sites", "plays", "each", "when", "after", "handler", "id"]);

const NEXT: Readonly<Record<"agent" | "orchestra" | "config", Owner["next"]>> = {
  agent: () => "take it out of what a model is told, and make it invalid where it was issued",
  orchestra: (usual) =>
    `bind it as a secret, secrets: { ${usual}: env("${usual}") }, and read it in the score with secret("${usual}")`,
  config: (usual, way) =>
    way.at(-1) === "apiKey"
      ? `keep it in the environment and name its variable: env("${usual}")`
      : way.includes("command")
        ? `take it out, and let the program read ${usual} from its environment`
        : "take it out of the address",
};

/** Where a secret may go in a node: into all it is given, but not into the names of what it asks. */
function nextInNode(kind: NodeRecord["kind"], usual: string, [option]: Way): string {
  const asSecret = `secret("${usual}")`;
  if (kind === "shell" && option !== "env" && option !== "stdin")
    return `keep it in the orchestra's secrets, and pass it as a variable: env: { ${usual}: ${asSecret} }`;
  if (kind === "http" && option === "url")
    return `keep it in the orchestra's secrets, and send ${asSecret} in \`headers\` or \`query\``;
  if (kind === "http" || kind === "shell" || kind === "text")
    return `keep it in the orchestra's secrets, and write ${asSecret}`;
  return nextInTask(usual);
}

function nextInTask(usual: string): string {
  return `take it from a task of defineTask({ secrets: ["${usual}"], … }), whose run is given secrets.${usual}`;
}

/** MS3201: credentials in an agent, an orchestra or the configuration. */
export function credentials({ kind, definition, report }: DefinitionContext): void {
  if (kind === "score") return;
  const { id, sites, tools, skills, ...rest } = definition;
  const name = kind === "config" ? "the configuration" : `${kind} "${id}"`;
  find(rest, {
    name,
    sites,
    next: NEXT[kind],
    report,
    ...(kind === "config" ? {} : { subject: toText(id) }),
  });
  for (const { tool } of agentTools({ tools, skills })) findInTool(tool, report);
  for (const [skill] of agentSkills({ skills })) findInSkill(skill, report);
}

const seen = new WeakSet<object>();

function findInSkill(skill: SkillRecord, report: Report): void {
  if (seen.has(skill)) return;
  seen.add(skill);
  const { id, instructions, sites } = skill;
  const next = (usualName: string) =>
    `let a tool read ${usualName} from its secrets, and tell the model nothing of it`;
  find({ instructions }, { name: `skill "${toText(id)}"`, sites, next, report });
}

function findInTool(given: unknown, report: Report): void {
  const tool = toolRecord(given);
  if (!tool || seen.has(tool)) return;
  seen.add(tool);
  const next = (usualName: string) => `let the tool read ${usualName} from the environment when it runs`;
  const { name, description, run, sites } = tool;
  find(
    { description, run },
    { name: typeof name === "string" ? `tool "${name}"` : "a tool", sites, next, report },
  );
}

/** MS3201: credentials in what a node is given, and in the functions of a task. */
export function findNodeCredentials(
  { kind, options, definition, parts, sites }: NodeRecord,
  {
    score,
    path,
    report,
  }: { readonly score: string; readonly path: string | undefined; readonly report: Report },
): void {
  const name =
    path === undefined || /(?:^|\/)~/.test(path) ? withArticle(kind) : `"${path.split("/").at(-1)}"`;
  const subject = path === undefined ? score : `${score}/${path}`;
  const next: Owner["next"] = (usual, way) => nextInNode(kind, usual, way);
  const owner: Owner = { name, sites, subject, next, report };
  // A password in the address of a request is MS3104's.
  const { url, ...rest } = options;
  find(kind === "http" && typeof url === "string" && hasPassword(url) ? rest : options, owner);
  for (const [i, part] of (parts ?? []).entries()) find(part, owner, [i]);
  if (kind !== "task" || !definition || seen.has(definition)) return;
  seen.add(definition);
  const { id, run } = definition as TaskRecord;
  find({ run }, { ...owner, name: `task "${id}"`, sites: definition.sites, next: nextInTask });
}

function hasPassword(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.password !== "";
}

/** Looks at every text in `value`, and at the source of functions. */
function find(value: unknown, owner: Owner, from: Way = []): void {
  const stack: { readonly value: unknown; readonly way: Way }[] = [{ value, way: from }];
  for (let looks = 0; stack.length > 0 && looks < MOST_LOOKS; looks++) {
    const { value: inner, way } = stack.pop()!;
    if (refInfo(inner) || nodeRecord(inner) || toolRecord(inner)) continue;
    if (typeof inner === "string") tell(inner, way, owner);
    else if (typeof inner === "function") tell(Function.prototype.toString.call(inner), way, owner);
    else if (typeof inner === "object" && inner !== null) {
      if (way.length > 0 && (isSchema(inner) || definitionKind(inner))) continue;
      for (const [key, part] of Object.entries(inner).reverse()) {
        if (way.length === 0 && from.length === 0 && ELSEWHERE.has(key)) continue;
        stack.push({ value: part, way: [...way, Array.isArray(inner) ? Number(key) : key] });
      }
    }
  }
}

function tell(text: string, way: Way, { name, sites, subject, next, report }: Owner): void {
  const last = way.at(-1);
  // The secret key of AWS is known by its name alone.
  const named = typeof last === "string" && /^(?:aws_?)?secret_?access_?key$/i.test(last) ? `${last}=` : "";
  for (const { what, usualName, from, to } of findCredentials(named + text)) {
    const secret = (named + text).slice(Math.max(from, named.length), to);
    report({
      code: "MS3201",
      facts: {
        where:
          way.length === 0 || (way[0] === "strings" && name === "a text")
            ? name
            : `\`${toPathText(way)}\` of ${name}`,
        what,
        shown: secret.slice(0, 4),
        next: next(usualName, way),
      },
      sites,
      path: way,
      ...(subject === undefined ? {} : { subject }),
    });
  }
}
