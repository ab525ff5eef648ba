import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { toPathText } from "../define/check.ts";
import type { Finding } from "../define/finding.ts";
import { pricesIn } from "../define/write/prices.ts";
import { shown } from "../define/write/writing.ts";
import type { CompiledConfig } from "./compilation.ts";

/** A configuration with the prices of the file that it names; MS3116 for what is wrong with that. */
export function readPriceFile<C extends CompiledConfig | undefined>(
  root: string,
  config: C,
  report: (finding: Finding) => void,
): C {
  if (config?.priceFile === undefined) return config;
  const { priceFile: file, sites } = config;
  const wrong = (detail: string) =>
    report({ code: "MS3116", facts: { file, detail }, sites, path: ["prices"] });
  let written: unknown;
  try {
    written = JSON.parse(readFileSync(resolve(root, file), "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    wrong(
      code === "ENOENT"
        ? "there is no such file"
        : code === undefined
          ? `it is no JSON: ${message}`
          : message,
    );
    return config;
  }
  const prices = pricesIn(written, (found, reason, path) =>
    wrong(`${path.length === 0 ? "all of it" : `\`${toPathText(path)}\``} is ${shown(found)}: ${reason}`),
  );
  return { ...config, prices };
}
