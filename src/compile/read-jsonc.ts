import { readFileSync } from "node:fs";

/** A JSON file with comments and commas before closing brackets, as tsconfig.json may be; `undefined` when it is none. */
export function readJsonc(file: string): unknown {
  try {
    return JSON.parse(toPlainJson(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

/** Without a byte order mark, comments, and commas before a closing bracket; what stands in strings stays. */
function toPlainJson(text: string): string {
  return text
    .replace(/^\ufeff/, "")
    .replace(
      /("(?:[^"\\\n]|\\.)*")|\/\/[^\n\r]*|\/\*[\s\S]*?\*\//g,
      (_, string: string | undefined) => string ?? "",
    )
    .replace(/("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? "");
}
