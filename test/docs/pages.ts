import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** A block of code in a page. */
export interface Block {
  /** `README.md:31` */
  readonly at: string;
  readonly language: string;
  readonly lines: readonly string[];
  /** The workspace its commands are run in, from a comment before it: `<!-- in: demo -->`. */
  readonly place: string | undefined;
}

/** Every block of code in the README, the changelog's neighbours and docs/. */
export function readBlocks(): Block[] {
  const pages = [
    "README.md",
    "CONTRIBUTING.md",
    ...readdirSync(join(REPOSITORY, "docs")).map((page) => `docs/${page}`),
  ];
  return pages.filter((page) => page.endsWith(".md")).flatMap(blocksOf);
}

function blocksOf(page: string): Block[] {
  const lines = readFileSync(join(REPOSITORY, page), "utf8").split("\n");
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const language = /^```(\w+)$/.exec(lines[i]!)?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf("```", i + 1);
    const place = /^<!-- in: (\w+) -->$/.exec(lines[i - 1] ?? "")?.[1];
    blocks.push({ at: `${page}:${i + 1}`, language, lines: lines.slice(i + 1, end), place });
    i = end;
  }
  return blocks;
}

/** The file that a block says it is, in its first line: `// scores/report.ts`. */
export function fileOf({ lines }: Block): string | undefined {
  return /^\/\/ (\S+\.ts)$/.exec(lines[0] ?? "")?.[1];
}
