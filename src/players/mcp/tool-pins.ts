import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import { toHash } from "../../plan/hash.ts";
import { toReason } from "../../support/to-reason.ts";

/** What a server says of one of its tools. */
export interface ToolDefinition {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: unknown;
  readonly annotations?: unknown;
}

/** What a tool was when it was first seen, or last trusted. */
export interface Pin {
  readonly hash: string;
  readonly description: string;
  /** Unix ms. */
  readonly at: number;
}

type Pins = Readonly<Record<string, Readonly<Record<string, Pin>>>>;

/**
 * What the definitions of tools were when they were first seen, in a file. A server can change what it tells a model of
 * its tools at any time, so what was looked at once says nothing of what is there now. A file that cannot be read is never
 * taken for none: whoever damaged it would have had every tool trusted anew.
 */
export class ToolPins {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Those of `tools` that are not what they were; those that nobody has seen before are from now on. */
  check(server: string, tools: readonly ToolDefinition[], at: number): readonly ToolDefinition[] {
    const known = this.of(server);
    const isNew = (tool: ToolDefinition) => !Object.hasOwn(known, tool.name);
    this.#keep(server, tools.filter(isNew), at);
    return tools.filter((tool) => !isNew(tool) && known[tool.name]!.hash !== hashOf(tool));
  }

  /** From now on they are right as they are. */
  trust(server: string, tools: readonly ToolDefinition[], at: number): void {
    this.#keep(server, tools, at);
  }

  /** @throws MaestroError MR3082, as all others do */
  of(server: string): Readonly<Record<string, Pin>> {
    const all = this.#read();
    return Object.hasOwn(all, server) ? all[server]! : {};
  }

  #keep(server: string, tools: readonly ToolDefinition[], at: number): void {
    if (tools.length === 0) return;
    const all = this.#read();
    const added = tools.map((tool) => [
      tool.name,
      { hash: hashOf(tool), description: tool.description ?? "", at } satisfies Pin,
    ]);
    const pins: Pins = { ...all, [server]: { ...this.of(server), ...Object.fromEntries(added) } };
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeFileSync(`${this.#file}.tmp`, `${JSON.stringify(pins, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.#file}.tmp`, this.#file);
  }

  #read(): Pins {
    const damaged = (detail: string) => new MaestroError("MR3082", { file: this.#file, detail });
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
      throw damaged(toReason(error));
    }
    try {
      const read: unknown = JSON.parse(text);
      if (isRecordOf(read, (tools) => isRecordOf(tools, isPin))) return read as Pins;
    } catch {
      throw damaged("it is not JSON");
    }
    throw damaged("it is not a list of tools for each server");
  }
}

function isRecordOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isOne)
  );
}

function isPin(value: unknown): boolean {
  const { hash, description, at } = Object(value) as Partial<Record<keyof Pin, unknown>>;
  return typeof hash === "string" && typeof description === "string" && typeof at === "number";
}

/** Of everything that a model is told of the tool, and of what decides how it is called. */
export function hashOf({ name, title, description, inputSchema, annotations }: ToolDefinition): string {
  return toHash(stable({ name, title, description, inputSchema, annotations }));
}

/** JSON that does not depend on the order of keys. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, inner]) => `${JSON.stringify(key)}:${stable(inner)}`).join(",")}}`;
}
