/** What a link check found, all files together. */
import { defineTask } from "maestro-ts";
import { z } from "zod";
import { Broken, FileReport } from "./check-file.ts";
import { Answer } from "./web-links.ts";

/** The most addresses that one run asks. */
export const MOST_URLS = 5_000;

export const Totals = z.object({
  files: z.int(),
  links: z.int(),
  local: z.int(),
  web: z.int(),
  other: z.int(),
  /** Different web addresses that were asked, and those of them whose answer says nothing. */
  asked: z.int(),
  unsure: z.int(),
  broken: z.int(),
  /** Markdown files that `max` left out. */
  filesLeft: z.int(),
});

export const LinkResult = z.object({ broken: z.array(Broken), totals: Totals });
export type LinkResult = z.infer<typeof LinkResult>;

/** The different web addresses of all files, sorted, at most {@link MOST_URLS}. */
export function webAddresses(reports: readonly FileReport[]): string[] {
  const urls = new Set(reports.flatMap((report) => report.web.map((link) => link.url)));
  return [...urls].sort().slice(0, MOST_URLS);
}

/** Everything that is broken, in the order of the files and their lines, and how much was looked at. */
export function sumUp(
  reports: readonly FileReport[],
  answers: readonly Answer[],
  filesLeft: number,
): LinkResult {
  const byUrl = new Map(answers.map((answer) => [answer.url, answer]));
  const broken = reports.flatMap((report) =>
    [...report.broken, ...brokenOnTheWeb(report, byUrl)].toSorted(byLine),
  );
  const count = (of: (report: FileReport) => number) => reports.reduce((sum, report) => sum + of(report), 0);
  const [local, web, other] = [count((r) => r.local), count((r) => r.web.length), count((r) => r.other)];
  const unsure = answers.filter((answer) => answer.state === "unsure").length;
  const links = local + web + other;
  const totals = {
    files: reports.length,
    links,
    local,
    web,
    other,
    asked: answers.length,
    unsure,
    broken: broken.length,
    filesLeft,
  };
  return { broken, totals };
}

function brokenOnTheWeb(report: FileReport, answers: ReadonlyMap<string, Answer>): Broken[] {
  return report.web.flatMap(({ at, url }) => {
    const answer = answers.get(url);
    return answer?.state === "broken" ? [{ at, target: url, why: answer.why }] : [];
  });
}

function byLine(a: Broken, b: Broken): number {
  return lineOf(a) - lineOf(b);
}

function lineOf({ at }: Broken): number {
  return Number(at.slice(at.lastIndexOf(":") + 1));
}

const MOST_NAMED = 20;

/** One sentence with the broken links, for a run that is to fail because of them. */
export function toRefusal(broken: readonly Broken[]): string {
  const named = broken.slice(0, MOST_NAMED).map(({ at, target, why }) => `${at} → ${target} (${why})`);
  const more = broken.length > MOST_NAMED ? ` and ${broken.length - MOST_NAMED} more` : "";
  return `${broken.length} ${broken.length === 1 ? "link is" : "links are"} broken: ${named.join("; ")}${more}.`;
}

export const sumUpTask = defineTask({
  id: "sum-up-links",
  input: z.object({ reports: z.array(FileReport), answers: z.array(Answer).optional(), filesLeft: z.int() }),
  output: LinkResult,
  run: ({ input, log }) => {
    const result = sumUp(input.reports, input.answers ?? [], input.filesLeft);
    for (const { at, target, why } of result.broken.slice(0, MOST_NAMED)) log(`${at} → ${target}: ${why}`);
    return result;
  },
});

export const refuseBrokenTask = defineTask({
  id: "refuse-broken-links",
  input: z.object({ broken: z.array(Broken) }),
  output: z.null(),
  run: ({ input }) => {
    if (input.broken.length > 0) throw new Error(toRefusal(input.broken));
    return null;
  },
});
