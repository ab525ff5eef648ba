import type { Expr, Path, ShellNode } from "../../plan/index.ts";

/** A part of a shell node that is read as code. */
export interface ProgramText {
  readonly expr: Expr;
  readonly at: Path;
  /** Who reads it; absent for the node's own script. */
  readonly program: string | undefined;
}

/** Programs that take code as an argument, after which of their options; `isRest`: and in every argument after it. */
const READERS: readonly { readonly name: RegExp; readonly option: RegExp; readonly isRest?: true }[] = [
  { name: /^(?:ba|da|z|k|a|fi)?sh$/, option: /^-[a-z]*c$/i },
  { name: /^cmd$/, option: /^\/[ck]$/i, isRest: true },
  { name: /^(?:powershell|pwsh)$/, option: /^-(?:c|command)$/i, isRest: true },
  { name: /^python[\d.]*$/, option: /^-[a-z]*c$/i },
  { name: /^node(?:js)?$/, option: /^(?:-e|--eval|-p|-pe|--print)$/ },
  { name: /^bun$/, option: /^(?:-e|--eval)$/ },
  { name: /^deno$/, option: /^eval$/ },
  { name: /^(?:perl|ruby)$/, option: /^-[a-z]*[eE]$/ },
  { name: /^php$/, option: /^-r$/ },
];
/** Programs that run the one named after them. */
const WRAPPERS = new Set(["env", "sudo", "nohup", "exec"]);
/** Options that take the next word. */
const WITH_VALUE = /^(?:[-+][oO]|-[WXIr]|--(?:require|import|loader)|-executionpolicy|-ep)$/i;

/** What a shell, or another program that is given code, reads as such. */
export function programTexts({ script, command }: ShellNode): readonly ProgramText[] {
  if (script) return [{ expr: script, at: ["script"], program: undefined }];
  if (command?.is !== "array") return [];
  const { items } = command;
  const words = items.map((item) => (item.is === "literal" ? String(item.value) : undefined));
  const first = words.findIndex((word) => word === undefined || !WRAPPERS.has(toName(word)));
  const reader = READERS.find(({ name }) => name.test(toName(words[first] ?? "")));
  if (!reader) return [];
  const option = codeOption(words, first + 1, reader.option);
  if (option === undefined) return [];
  const program = `${words[first]} ${words[option]}`;
  const last = reader.isRest ? items.length : option + 2;
  return items.slice(option + 1, last).map((expr, i) => ({ expr, at: ["command", option + 1 + i], program }));
}

/** Where among the program's options the one stands that code follows. After them come files and arguments. */
function codeOption(
  words: readonly (string | undefined)[],
  start: number,
  option: RegExp,
): number | undefined {
  for (let i = start; i < words.length; i++) {
    const word = words[i];
    if (word !== undefined && option.test(word)) return i;
    const isValue = i > start && WITH_VALUE.test(words[i - 1] ?? "");
    if (word === undefined || !(isValue || /^[-+/]./.test(word))) return undefined;
  }
  return undefined;
}

/** `bash` for `/usr/bin/bash`, `cmd` for `CMD.EXE`. */
function toName(word: string): string {
  return word
    .replace(/^.*[/\\]/, "")
    .replace(/\.exe$/i, "")
    .toLowerCase();
}
