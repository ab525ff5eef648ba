import { readFileSync } from "node:fs";
import type { TypeProblem } from "../types/parse-output.ts";

/** An error as TypeScript's API gives it. */
export interface ApiDiagnostic {
  readonly fileName?: string | undefined;
  /** In UTF-16, without a byte order mark. */
  readonly pos: number;
  readonly code: number;
  readonly text: string;
  readonly messageChain?: readonly ApiDiagnostic[] | undefined;
}

/** The same as tsc prints it. */
export function toTypeProblem({ fileName, pos, code, text, messageChain }: ApiDiagnostic): TypeProblem {
  const at = fileName === undefined ? undefined : { file: fileName, ...toPlace(fileName, pos) };
  return { at, code, text, chain: toChain(messageChain, 1) };
}

function toChain(chain: readonly ApiDiagnostic[] = [], depth: number): string[] {
  return chain.flatMap(({ text, messageChain }) => [
    `${"  ".repeat(depth)}${text}`,
    ...toChain(messageChain, depth + 1),
  ]);
}

function toPlace(fileName: string, pos: number): { readonly line: number; readonly column: number } {
  const before = readFileSync(fileName, "utf8")
    .replace(/^\ufeff/, "")
    .slice(0, pos);
  const lines = before.split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
