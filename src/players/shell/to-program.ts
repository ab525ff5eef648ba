import { MaestroError } from "../../diagnostics/index.ts";
import type { OutsideCall } from "../outside-call.ts";
import type { Redactor } from "../redactor.ts";

/** A program as it is started. */
export interface Program {
  /** As messages name it: `git`, `the script`. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Besides what every program is given. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
}

/**
 * What the node's values come to as a program.
 * @throws MaestroError MR3033
 */
export function toProgram({ input }: OutsideCall, redactor: Redactor): Program {
  const { command, script, env, stdin } = fieldsOf(input, "its input");
  const given = { env: toEnv(env), stdin: toText(stdin ?? "", "its stdin") };
  if (script !== undefined) {
    const args = ["-c", shown(toText(script, "its script"), "its script", redactor)];
    return { name: "the script", file: "/bin/sh", args, ...given };
  }
  if (!Array.isArray(command) || command.length === 0) throw invalid("its command names no program");
  const [file, ...args] = command.map((part, i) => {
    const what = i === 0 ? "the program" : `argument ${i}`;
    return shown(toText(part, what), what, redactor);
  }) as [string, ...string[]];
  if (file === "") throw invalid("its command names no program");
  return { name: file, file, args, ...given };
}

/** What stands on a command line can be read by every user of the machine while the program runs. */
function shown(text: string, what: string, redactor: Redactor): string {
  if (redactor.isSecret(text))
    throw invalid(
      `${what} holds a secret, which every user of the machine could read there; pass it in env or stdin`,
    );
  if (text.includes("\0")) throw invalid(`${what} holds a character with the code 0`);
  return text;
}

function toEnv(env: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fieldsOf(env, "its env")).flatMap(([name, value]) => {
      if (value === undefined || value === null) return [];
      if (name === "" || /[=\0]/.test(name))
        throw invalid(`${JSON.stringify(name)} cannot be the name of a variable`);
      const text = toText(value, `its variable ${name}`);
      if (text.includes("\0")) throw invalid(`its variable ${name} holds a character with the code 0`);
      return [[name, text]];
    }),
  );
}

function toText(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const found =
    value === null || value === undefined ? "missing" : Array.isArray(value) ? "a list" : "an object";
  throw invalid(`${what} is ${found}, not a text`);
}

function fieldsOf(value: unknown, what: string): { readonly [key: string]: unknown } {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw invalid(`${what} is not an object`);
  return value as { readonly [key: string]: unknown };
}

function invalid(detail: string): MaestroError {
  return new MaestroError("MR3033", { detail });
}
