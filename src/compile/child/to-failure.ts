import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Finding } from "../../define/finding.ts";
import type { Site } from "../../define/site.ts";
import { toPathMatcher } from "../tsconfig-paths.ts";
import type { Failure, TsxReason } from "./protocol.ts";
import type { MissingImport } from "./record-imports.ts";
import { toSite } from "./to-site.ts";

const LONGEST_DETAIL = 500;
const ENDINGS = [".ts", ".tsx", ".mts", "/index.ts"];
interface Loaded {
  readonly root: string;
  /** The import that could not be resolved, if that is what went wrong. */
  readonly missing: MissingImport | undefined;
}

/** The detail of a syntax error after which Node strips the types of no other file: its parser ran out of stack. */
export const TOO_DEEP = "its brackets are nested too deeply";

/**
 * What a thrown value says about the module that was being loaded. Reads it with care: it may be anything, and its
 * fields may throw. A text when tsx can load what Node cannot: its syntax, or an import that Node does not resolve.
 */
export function toFailure(
  thrown: unknown,
  loaded: Loaded,
): Failure | { readonly finding: Finding } | TsxReason {
  const code = textOf(thrown, "code");
  const message = textOf(thrown, "message") ?? "";
  const stack = textOf(thrown, "stack") ?? "";
  const { root } = loaded;
  if (textOf(thrown, "name") === "DefinitionError") return { finding: toFinding(thrown, root) };
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") return "syntax";
  if (code === "ERR_INVALID_TYPESCRIPT_SYNTAX")
    return { is: "syntax", detail: message, site: decoratedSite(stack, root) };
  if (loaded.missing) {
    return mayResolveWithTsx(loaded.missing, root) ? "imports" : { is: "missingModule", ...loaded.missing };
  }
  const unnamed = /^The requested module '(.+)' does not provide an export named '(.+)'$/.exec(message);
  if (unnamed) {
    return {
      is: "missingExport",
      specifier: unnamed[1]!,
      name: unnamed[2]!,
      site: decoratedSite(stack, root),
    };
  }
  const sites = stackSites(stack, root);
  if (textOf(thrown, "name") === "SyntaxError" && sites.length === 0) {
    return { is: "syntax", detail: firstLine(message), site: decoratedSite(stack, root) };
  }
  // What parses goes down into brackets: the engine itself, or Node's type stripping, which takes it for its own mistake.
  const isStripping = code === "ERR_INTERNAL_ASSERTION" && stack.includes("at parseTypeScript (node:");
  if (isStripping || (message === "Maximum call stack size exceeded" && !IN_FILE.test(stack)))
    return { is: "syntax", detail: TOO_DEEP, site: undefined };
  return { is: "threw", ...nameAndDetail(thrown), sites, mayBeCycle: mayBeCycle(thrown, message) };
}

function toFinding(thrown: unknown, root: string): Finding {
  const { code, facts, sites } = thrown as Finding & { readonly sites: readonly Site[] };
  return { code, facts, sites: toSites(sites, root) } as Finding;
}

/** The places among `sites` that are in the workspace, the innermost first. */
export function toSites(sites: readonly Site[], root: string): Site[] {
  return sites.map((site) => toSite(site, root)).filter((site) => site !== undefined);
}

/** A field of a thrown value as text; `undefined` when there is none or reading it throws. */
function textOf(thrown: unknown, field: string): string | undefined {
  try {
    if ((typeof thrown !== "object" && typeof thrown !== "function") || thrown === null) return undefined;
    const value = (thrown as Record<string, unknown>)[field];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function nameAndDetail(thrown: unknown): { name: string; detail: string } {
  if (typeof thrown === "string") return { name: "a string", detail: firstLine(thrown) || '""' };
  if ((typeof thrown !== "object" && typeof thrown !== "function") || thrown === null) {
    return { name: "a value", detail: String(thrown) };
  }
  const name = textOf(thrown, "name") ?? "an object";
  return {
    name: firstLine(name) || "an object",
    detail: firstLine(textOf(thrown, "message") ?? "") || "no message",
  };
}

function firstLine(text: string): string {
  return text.trim().split(/\r|\n/, 1)[0]!.slice(0, LONGEST_DETAIL);
}

/** `file:///…/a.ts:3`, the line, and `^^^` under the place: how Node heads an error about source text. */
function decoratedSite(stack: string, root: string): Site | undefined {
  const [first = "", , marks = ""] = stack.split("\n");
  const match = /^(.+?):(\d+)$/.exec(first);
  if (!match) return undefined;
  const column = marks.indexOf("^") + 1;
  return toSite({ file: match[1]!, line: Number(match[2]), column: Math.max(column, 1) }, root);
}

/**
 * A frame of a stack: after `at`, perhaps a function and a bracket, a URL or an absolute path. Both may hold spaces and
 * brackets themselves.
 */
const FRAME = /^\s+at (?:.*?[ (])?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/gm;

const IN_FILE = new RegExp(FRAME.source, "m");

/** The frames of a stack that are in the workspace. Under tsx Node has already mapped them to the source. */
function stackSites(stack: string, root: string): Site[] {
  const sites: Site[] = [];
  for (const match of stack.matchAll(FRAME)) {
    const site = toMappedSite({ file: match[1]!, line: Number(match[2]), column: Number(match[3]) }, root);
    if (site && !site.file.includes("<anonymous>")) sites.push(site);
  }
  return sites;
}

function toMappedSite(site: Site, root: string): Site | undefined {
  const own = toSite(site, root);
  return own && { file: own.file, line: site.line, column: site.column };
}

function mayBeCycle(thrown: unknown, message: string): boolean {
  const name = textOf(thrown, "name");
  return (
    (name === "ReferenceError" && message.includes("before initialization")) ||
    (name === "TypeError" && message.includes("undefined"))
  );
}

/** Is there a file that the specifier means once an ending or `paths` of the tsconfig is added? */
function mayResolveWithTsx({ specifier, from }: MissingImport, root: string): boolean {
  if (from === undefined) return false;
  if (/^\.{0,2}\//.test(specifier)) {
    const path = join(root, dirname(from), specifier);
    return [...ENDINGS.map((ending) => path + ending), path.replace(/\.js$/, ".ts")].some(
      (candidate) => candidate !== path && existsSync(candidate),
    );
  }
  return toPathMatcher(root)(specifier);
}
