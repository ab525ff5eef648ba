/** Checks every link in the Markdown files of a folder: files and headings offline, the web only when asked to. */
import { all, branch, defineScore, derive, eq, gt, input, map, optional, task, text } from "maestro-ts";
import { z } from "zod";
import { checkFileTask } from "./lib/check-file.ts";
import { MOST_URLS, refuseBrokenTask, sumUpTask, webAddresses } from "./lib/link-result.ts";
import { listMarkdownTask } from "./lib/markdown-files.ts";
import { askUrlTask } from "./lib/web-links.ts";

const brief = input(
  z.object({
    folder: z.string().default(".").describe("Folder whose Markdown files are checked"),
    http: z.boolean().default(false).describe("Ask web servers too"),
    max: z.int().min(1).max(2000).default(2000).describe("The most files to check"),
    strict: z.boolean().default(false).describe("Let the run fail when a link is broken"),
  }),
);

const found = task(listMarkdownTask, { input: { folder: brief.folder, max: brief.max }, timeout: "1m" });
const files = map({
  over: found.output.files,
  maxItems: 2000,
  concurrency: 16,
  each: (file) => task(checkFileTask, { input: { folder: brief.folder, file }, timeout: "1m" }),
});
const online = branch(eq(brief.http, true));
const addresses = derive([files.output], webAddresses);
const answers = map({
  when: online.yes,
  over: addresses,
  maxItems: MOST_URLS,
  concurrency: 8,
  each: (url) => task(askUrlTask, { input: { url }, timeout: "30s" }),
});
const result = task(sumUpTask, {
  input: { reports: files.output, answers: optional(answers.output), filesLeft: found.output.left },
});
const totals = result.output.totals;
const summary = text`${totals.broken} of ${totals.links} links in ${totals.files} Markdown files are broken; ${totals.asked} web addresses were asked.`;
const refused = branch(all(eq(brief.strict, true), gt(totals.broken, 0)));
const verdict = task(refuseBrokenTask, { when: refused.yes, input: { broken: result.output.broken } });

export default defineScore({
  id: "link-check",
  title: "Finds broken links in Markdown files",
  input: brief,
  nodes: { found, files, online, addresses, answers, result, summary, refused, verdict },
  output: { summary, broken: result.output.broken, totals },
});
