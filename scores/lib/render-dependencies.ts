/** The dependency report as Markdown. */
import { defineTask } from "maestro-ts";
import { z } from "zod";
import { Duplicate, Licences, Sized, Totals } from "./dependency-facts.ts";

export const Facts = z.object({
  name: z.string(),
  totals: Totals,
  top: z.array(Sized),
  duplicates: z.array(Duplicate),
  licences: Licences,
});
export type Facts = z.infer<typeof Facts>;

/** Ends with a line break. */
export function renderDependencies(facts: Facts): string {
  const sections = [sizes(facts), duplicated(facts.duplicates), licensed(facts.licences)];
  return `${[`# Dependencies of ${facts.name}`, overview(facts.totals), ...sections].join("\n\n")}\n`;
}

function overview({ packages, dev, measured, bytes, files }: Facts["totals"]): string {
  const counted = `${packages} packages, ${dev} of them for development only.`;
  if (packages === 0) return "No packages.";
  if (measured === 0) return `${counted} Sizes were not measured: there is no node_modules.`;
  const missing = packages - measured;
  const absent = missing === 0 ? "" : ` ${missing} are not installed on this machine.`;
  return `${counted} On disk: ${toReadableBytes(bytes)} in ${files} files.${absent}`;
}

function sizes({ top, totals }: Facts): string {
  if (top.length === 0) return "## Largest\n\nNothing was measured.";
  const rows = top.map(({ name, version, bytes, dev }) => {
    const share = totals.bytes === 0 ? 0 : Math.round((bytes / totals.bytes) * 100);
    return `| ${name} ${version}${dev ? " (dev)" : ""} | ${toReadableBytes(bytes)} | ${share}% |`;
  });
  return ["## Largest", "", "| package | size | share |", "| --- | ---: | ---: |", ...rows].join("\n");
}

function duplicated(duplicates: readonly Duplicate[]): string {
  if (duplicates.length === 0) return "## Duplicates\n\nEvery package is installed in one version.";
  const here = duplicates.filter((duplicate) => duplicate.here);
  const elsewhere = duplicates.length - here.length;
  const rows = here.map(
    ({ name, versions }) =>
      `- ${name}: ${versions.map(({ version, paths }) => toVersion(version, paths)).join(", ")}`,
  );
  if (elsewhere > 0) rows.push(`- ${elsewhere} more in the lockfile only, for other platforms than this one`);
  return ["## Duplicates", "", ...rows].join("\n");
}

function toVersion(version: string, paths: readonly string[]): string {
  return paths.length === 1 ? version : `${version} (${paths.length} copies)`;
}

function licensed({ counts, unknown }: Licences): string {
  const rows = counts.map(({ licence, packages }) => `- ${licence}: ${packages}`);
  const missing = unknown.length === 0 ? [] : ["", `Without a known licence: ${unknown.join(", ")}.`];
  return ["## Licences", "", ...(rows.length > 0 ? rows : ["None named."]), ...missing].join("\n");
}

/** 1 kB is 1,000 bytes. */
export function toReadableBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [unit, size] = bytes < 999_950 ? ["kB", 1e3] : bytes < 999_950_000 ? ["MB", 1e6] : ["GB", 1e9];
  return `${(bytes / (size as number)).toFixed(1)} ${unit}`;
}

export const renderDependenciesTask = defineTask({
  id: "render-dependencies",
  input: Facts,
  output: z.object({ markdown: z.string() }),
  run: ({ input }) => ({ markdown: renderDependencies(input) }),
});
