/** The examples that `maestro explain` and docs/checks.md show, from the compiler's golden folders. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Code, catalogue } from "../src/diagnostics/catalogue.ts";
import type { Diagnostic, Place } from "../src/diagnostics/diagnostic.ts";
import type { Example } from "../src/diagnostics/example.ts";
import { toPretty } from "../src/diagnostics/print/pretty.ts";
import { maskCredentials } from "../src/support/credentials.ts";
import { excerptOf } from "./excerpt-of.ts";

const BAD = fileURLToPath(new URL("../test/compile/bad", import.meta.url));
/** Of what only a deploy finds: folders with the files as they were, and what of them is another now. */
const DEPLOYED = fileURLToPath(new URL("../test/deploy/bad", import.meta.url));
const LONGEST_NOTE = 160;

/**
 * An example of every code that has a golden folder. Where a code has several, the one named for its entry is shown
 * (`MS2003-cycle`), else the first in the order of the alphabet; of its findings, the first with the code.
 */
export function examplesByCode(): Partial<Record<Code, Example>> {
  const folders = [BAD, DEPLOYED]
    .flatMap((whole) => readdirSync(whole).map((name) => [name, whole] as const))
    .sort();
  const codes = (Object.keys(catalogue) as Code[]).sort();
  return Object.fromEntries(
    codes.flatMap((code) => {
      // One that is new has nothing that was printed yet: a test misses it then.
      const own = folders.filter(
        ([name, whole]) => name.startsWith(`${code}-`) && existsSync(join(whole, name, "expected.json")),
      );
      const found = own.find(([name]) => name === `${code}-${catalogue[code].name}`) ?? own[0];
      if (!found) return [];
      const [name, whole] = found;
      return [[code, exampleIn(join(whole, name), code)] as const];
    }),
  );
}

function exampleIn(folder: string, code: Code): Example {
  const findings = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Diagnostic[];
  const finding = findings.find((one) => one.code === code);
  if (!finding) throw new Error(`${folder} has no finding ${code}`);
  const source = (file: string) =>
    textOf(join(folder, file)) ?? textOf(join(folder, "after", file)) ?? textOf(join(folder, "before", file));
  const { at, others, notes = [] } = finding;
  const places: Place[] = [...(at ? [at] : []), ...others];
  const files = [...new Set(places.map(({ file }) => file))];
  return {
    sources: files.flatMap((file) => {
      const text = source(file);
      const here = places.filter((place) => place.file === file);
      return text === undefined ? [] : [{ file, text: maskCredentials(excerptOf(text, here)) }];
    }),
    printed: toPretty({ ...finding, notes: notes.map(shortened) }, { source, color: false }),
  };
}

/** TypeScript's own text by its first line, as far as it can be read. */
function shortened(note: string): string {
  const [first = ""] = note.split("\n");
  return first.length > LONGEST_NOTE ? `${first.slice(0, LONGEST_NOTE)}…` : first;
}

/** `undefined` for what is no file: a folder with the name of one. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
