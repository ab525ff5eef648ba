import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Files that belong together, and those of them that define something. */
export interface Family {
  readonly files: Readonly<Record<string, string>>;
  readonly definitions: readonly string[];
}

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
const DEFINITION = /^(?:scores|agents|orchestras)\/[^/]+\.ts$/;
/** What hangs or ends the process is for the tests of that: here it would only take its time, once for each mutant. */
const LEFT_OUT = /^MS100[57]/;

/** This repository's own definitions, the good ones of the tests, and each folder of bad ones. */
export function readCorpus(): Family[] {
  const own = ["scores", "agents", "orchestras"].flatMap((folder) => filesIn(REPOSITORY, folder));
  const bad = join(REPOSITORY, "test/compile/bad");
  const ok = join(REPOSITORY, "test/compile/ok");
  return [
    toFamily(own),
    toFamily(readdirSync(ok).map((name) => [`scores/${name}`, readFileSync(join(ok, name), "utf8")])),
    ...readdirSync(bad)
      .filter((name) => !LEFT_OUT.test(name))
      .sort()
      .map((name) => toFamily(filesIn(join(bad, name), "."))),
  ].filter(({ definitions }) => definitions.length > 0);
}

function toFamily(files: readonly (readonly [string, string])[]): Family {
  return {
    files: Object.fromEntries(files),
    definitions: files.map(([file]) => file).filter((file) => DEFINITION.test(file)),
  };
}

function filesIn(root: string, folder: string): (readonly [string, string])[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const file = folder === "." ? name : `${folder}/${name}`;
    if (statSync(join(root, file)).isDirectory()) return filesIn(root, file);
    return /\.[mc]?[jt]s$|tsconfig\.json$/.test(name)
      ? [[file, readFileSync(join(root, file), "utf8")] as const]
      : [];
  });
}
