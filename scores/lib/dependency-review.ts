/** Which packages somebody has to look at, and what was said of them. */
import { z } from "zod";
import { countLicences, findDuplicates } from "./dependency-facts.ts";
import type { Entry } from "./lockfile.ts";

/** The most packages that are looked at in one review. */
export const MOST_SUBJECTS = 40;

export const Subject = z.object({
  name: z.string(),
  /** Where copies of it lie, from the folder of the lockfile. */
  paths: z.array(z.string()),
  licence: z.string().nullable(),
  why: z.string(),
});
export type Subject = z.infer<typeof Subject>;

export const Verdict = z.object({
  name: z.string(),
  decision: z.enum(["keep", "replace", "unsure"]),
  why: z.string().min(1).max(400),
});
export type Verdict = z.infer<typeof Verdict>;

/** Packages without a known licence first, then those in several versions; the rest needs nobody. */
export function pickSubjects(packages: readonly Entry[]): Subject[] {
  const measured = packages.map((entry) => ({ ...entry, bytes: null, files: null }));
  const unknown = new Set(countLicences(measured).unknown);
  const unsaid = packages.filter(({ name, version }) => unknown.has(`${name}@${version}`));
  const subjects = new Map<string, Subject>();
  for (const { name, path, licence } of unsaid) {
    const paths = [...(subjects.get(name)?.paths ?? []), path];
    subjects.set(name, { name, paths, licence, why: "it names no licence" });
  }
  for (const { name, versions } of findDuplicates(measured)) {
    if (subjects.has(name)) continue;
    const licence = packages.find((entry) => entry.name === name)?.licence ?? null;
    const why = `it is there in ${versions.length} versions: ${versions.map(({ version }) => version).join(", ")}`;
    subjects.set(name, { name, paths: versions.flatMap(({ paths }) => paths), licence, why });
  }
  return [...subjects.values()].slice(0, MOST_SUBJECTS);
}

/** One verdict for each subject: what a model did not say, or said of something else, is not decided. */
export function completeVerdicts(subjects: readonly Subject[], verdicts: readonly Verdict[] = []): Verdict[] {
  const said = new Map(verdicts.map((verdict) => [verdict.name, verdict]));
  return subjects.map(
    ({ name }) => said.get(name) ?? { name, decision: "unsure", why: "nothing was said of it" },
  );
}

/** Markdown for those who decide. Ends with a line break. */
export function renderReview(subjects: readonly Subject[], verdicts: readonly Verdict[]): string {
  if (subjects.length === 0) return "Every package names its licence and is there in one version.\n";
  const lines = verdicts.map(({ name, decision, why }, index) => {
    const said = why.replace(/\s+/g, " ").replaceAll("<", "\\<");
    return `- **${name}**: ${decision}. ${said} (${subjects[index]!.why})`;
  });
  return `${lines.join("\n")}\n`;
}
