/** The links of one Markdown file, checked against the files on disk. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { defineTask } from "maestro-ts";
import { z } from "zod";
import { anchorsOf } from "./markdown-anchors.ts";
import { linksOf } from "./markdown-links.ts";

export const Broken = z.object({
  /** `docs/start.md:12` */
  at: z.string(),
  target: z.string(),
  why: z.string(),
});
export type Broken = z.infer<typeof Broken>;

export const FileReport = z.object({
  file: z.string(),
  /** Links that lead to a file or a place in one. */
  local: z.int(),
  /** Links that this check has no opinion on: `mailto:` and the like. */
  other: z.int(),
  /** Links to the web, for those who want to ask. */
  web: z.array(z.object({ at: z.string(), url: z.string() })),
  broken: z.array(Broken),
});
export type FileReport = z.infer<typeof FileReport>;

export type Target =
  | { readonly kind: "web"; readonly url: string }
  | { readonly kind: "other" }
  | { readonly kind: "local"; readonly path: string; readonly fragment: string }
  | { readonly kind: "wrong"; readonly why: string };

/** What a link's target means in a file of a repository. */
export function toTarget(target: string): Target {
  if (target === "") return { kind: "wrong", why: "it has no target" };
  if (/^(https?:)?\/\//i.test(target)) {
    const url = URL.parse(target.startsWith("//") ? `https:${target}` : target);
    if (!url) return { kind: "wrong", why: "it is no valid address" };
    url.hash = "";
    return { kind: "web", url: url.href };
  }
  if (/^[a-z][a-z\d+.-]+:/i.test(target)) return { kind: "other" };
  const [, pathPart = "", fragmentPart = ""] = /^([^#]*)#?(.*)$/s.exec(target) ?? [];
  try {
    return {
      kind: "local",
      path: decodeURIComponent(pathPart.replace(/\?.*$/, "")),
      fragment: decodeURIComponent(fragmentPart),
    };
  } catch {
    return { kind: "wrong", why: "its % does not begin a valid escape: write %25 for a percent sign" };
  }
}

/** Checks every link of `file`, a path from `folder`. A target that begins with `/` is looked for from `folder`. */
export async function checkFile({ folder, file }: { folder: string; file: string }): Promise<FileReport> {
  const markdown = await readFile(path.join(folder, file), "utf8");
  const anchors = new AnchorReader();
  const report: FileReport = { file, local: 0, other: 0, web: [], broken: [] };
  for (const link of linksOf(markdown)) {
    const at = `${file}:${link.line}`;
    const target =
      link.problem === undefined ? toTarget(link.target) : ({ kind: "wrong", why: link.problem } as const);
    if (target.kind === "web") report.web.push({ at, url: target.url });
    else if (target.kind === "other") report.other++;
    else {
      report.local++;
      const why = target.kind === "wrong" ? target.why : await whyBroken(target, { folder, file }, anchors);
      if (why !== undefined) report.broken.push({ at, target: link.target, why });
    }
  }
  return report;
}

type LocalTarget = Extract<Target, { kind: "local" }>;

async function whyBroken(
  target: LocalTarget,
  from: { folder: string; file: string },
  anchors: AnchorReader,
): Promise<string | undefined> {
  const { folder, file } = from;
  const here = path.join(folder, file);
  const base = target.path.startsWith("/") ? folder : path.dirname(here);
  const full = target.path === "" ? here : path.join(base, target.path);
  const found = await stat(full).catch(() => undefined);
  if (!found) return `there is no file or folder ${path.relative(folder, full).replaceAll(path.sep, "/")}`;
  // Lines of code (#L10), HTML and the like: only Markdown has anchors that can be told offline.
  if (target.fragment === "" || !found.isFile() || !/\.(md|markdown)$/i.test(full)) return undefined;
  const known = await anchors.of(full);
  if (known.has(target.fragment) || target.fragment.toLowerCase() === "top") return undefined;
  const otherCase = [...known].find((anchor) => anchor.toLowerCase() === target.fragment.toLowerCase());
  const where = full === here ? "this file" : path.relative(folder, full).replaceAll(path.sep, "/");
  return `there is no heading #${target.fragment} in ${where}${otherCase === undefined ? "" : `: did you mean #${otherCase}?`}`;
}

/** Reads the anchors of a file once, however many links lead there. */
class AnchorReader {
  readonly #known = new Map<string, Promise<Set<string>>>();

  of(file: string): Promise<Set<string>> {
    const known = this.#known.get(file) ?? readFile(file, "utf8").then(anchorsOf);
    this.#known.set(file, known);
    return known;
  }
}

export const checkFileTask = defineTask({
  id: "check-file",
  input: z.object({ folder: z.string(), file: z.string() }),
  output: FileReport,
  run: ({ input }) => checkFile(input),
});
