import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { toHash } from "../../plan/hash.ts";

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
 * its tools at any time, so what was looked at once says nothing of what is there now.
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

  of(server: string): Readonly<Record<string, Pin>> {
    return this.#read()[server] ?? {};
  }

  #keep(server: string, tools: readonly ToolDefinition[], at: number): void {
    if (tools.length === 0) return;
    const all = this.#read();
    const added = tools.map((tool) => [
      tool.name,
      { hash: hashOf(tool), description: tool.description ?? "", at } satisfies Pin,
    ]);
    const pins: Pins = { ...all, [server]: { ...all[server], ...Object.fromEntries(added) } };
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeFileSync(`${this.#file}.tmp`, `${JSON.stringify(pins, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.#file}.tmp`, this.#file);
  }

  #read(): Pins {
    try {
      return JSON.parse(readFileSync(this.#file, "utf8")) as Pins;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
      throw error;
    }
  }
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
