/** Reports on the npm packages of a folder: how large they are, which are there twice, and under which licences. */
import { defineScore, derive, input, map, oneOf, switchOn, task } from "maestro-ts";
import { z } from "zod";
import { countLicences, findDuplicates, topSizes, totalsOf } from "./lib/dependency-facts.ts";
import { readLockfileTask } from "./lib/lockfile.ts";
import { leaveUnmeasuredTask, measurePackageTask } from "./lib/measure-package.ts";
import { renderDependenciesTask } from "./lib/render-dependencies.ts";

const brief = input(
  z.object({ folder: z.string().default(".").describe("Folder of the package-lock.json") }),
);

const lock = task(readLockfileTask, { input: { folder: brief.folder }, timeout: "1m" });
const installed = switchOn(lock.output.installed);
const packages = map({
  when: installed.is("yes"),
  over: lock.output.packages,
  maxItems: 20_000,
  concurrency: 16,
  each: (entry) => task(measurePackageTask, { input: { folder: brief.folder, entry }, timeout: "1m" }),
});
const unmeasured = task(leaveUnmeasuredTask, {
  when: installed.is("no"),
  input: { packages: lock.output.packages },
});
const known = oneOf(packages.output, unmeasured.output.packages);
const duplicates = derive([known], findDuplicates);
const totals = derive([known, duplicates], totalsOf);
const top = derive([known], topSizes);
const licences = derive([known], countLicences);
const report = task(renderDependenciesTask, {
  input: { name: lock.output.name, totals, top, duplicates, licences },
});

export default defineScore({
  id: "dependency-report",
  title: "Reports sizes, duplicates and licences of npm packages",
  input: brief,
  nodes: { lock, installed, packages, unmeasured, known, duplicates, totals, top, licences, report },
  output: {
    totals,
    top,
    duplicates,
    licences: licences.counts,
    unknownLicences: licences.unknown,
    markdown: report.output.markdown,
  },
});
