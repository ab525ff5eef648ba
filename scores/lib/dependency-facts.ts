/** What a list of installed packages tells: duplicates, sizes, licences. */
import { z } from "zod";
import type { Measured } from "./measure-package.ts";

const MOST_TOP = 15;

export const Duplicate = z.object({
  name: z.string(),
  versions: z.array(z.object({ version: z.string(), paths: z.array(z.string()) })),
  /** Several versions are on this machine; otherwise some are for other platforms. Without sizes it is not known, and true. */
  here: z.boolean(),
});
export type Duplicate = z.infer<typeof Duplicate>;

/** Packages of which several versions are installed, most versions first; one version in many places is none. */
export function findDuplicates(packages: readonly Measured[]): Duplicate[] {
  const duplicates: Duplicate[] = [];
  const isMeasured = packages.some((entry) => entry.bytes !== null);
  for (const [name, copies] of grouped(packages, (entry) => entry.name)) {
    const versions = [...grouped(copies, (entry) => entry.version)];
    if (versions.length < 2) continue;
    const sorted = versions.sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
    const installed = versions.filter(([, at]) => at.some((entry) => entry.bytes !== null));
    duplicates.push({
      name,
      versions: sorted.map(([version, at]) => ({ version, paths: at.map((entry) => entry.path) })),
      here: !isMeasured || installed.length > 1,
    });
  }
  return duplicates.sort((a, b) => b.versions.length - a.versions.length || byName(a.name, b.name));
}

export const Totals = z.object({
  packages: z.int(),
  dev: z.int(),
  /** Packages with a size; the others are not on this machine, or nothing was measured. */
  measured: z.int(),
  bytes: z.int(),
  files: z.int(),
  duplicated: z.int(),
});

export function totalsOf(
  packages: readonly Measured[],
  duplicates: readonly Duplicate[],
): z.infer<typeof Totals> {
  const sum = (of: (entry: Measured) => number | null) =>
    packages.reduce((total, entry) => total + (of(entry) ?? 0), 0);
  return {
    packages: packages.length,
    dev: packages.filter((entry) => entry.dev).length,
    measured: packages.filter((entry) => entry.bytes !== null).length,
    bytes: sum((entry) => entry.bytes),
    files: sum((entry) => entry.files),
    duplicated: duplicates.length,
  };
}

export const Sized = z.object({ name: z.string(), version: z.string(), bytes: z.int(), dev: z.boolean() });
export type Sized = z.infer<typeof Sized>;

/** The largest packages, one entry per copy. */
export function topSizes(packages: readonly Measured[]): Sized[] {
  return packages
    .flatMap(({ name, version, bytes, dev }) => (bytes === null ? [] : [{ name, version, bytes, dev }]))
    .sort((a, b) => b.bytes - a.bytes || byName(a.name, b.name))
    .slice(0, MOST_TOP);
}

export const Licences = z.object({
  /** Most used first. A package counts once per version. */
  counts: z.array(z.object({ licence: z.string(), packages: z.int() })),
  /** `name@version` of packages that name none, or only point to a file. */
  unknown: z.array(z.string()),
});
export type Licences = z.infer<typeof Licences>;

export function countLicences(packages: readonly Measured[]): Licences {
  const counts = new Map<string, number>();
  const unknown: string[] = [];
  for (const [id, copies] of grouped(packages, (entry) => `${entry.name}@${entry.version}`)) {
    const licence = copies.map((entry) => entry.licence).find((name) => name !== null && isSaid(name));
    if (licence) counts.set(licence, (counts.get(licence) ?? 0) + 1);
    else unknown.push(id);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || byName(a, b));
  return {
    counts: sorted.map(([licence, packages]) => ({ licence, packages })),
    unknown: unknown.sort(byName),
  };
}

/** `SEE LICENSE IN …` and `UNKNOWN` name no licence. `UNLICENSED` does: nobody may use it. */
function isSaid(licence: string): boolean {
  return !/^(see licen[cs]e|unknown$|custom)/i.test(licence);
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  return Map.groupBy(items, keyOf);
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
