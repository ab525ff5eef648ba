import type { SeenTool } from "../../players/mcp/open-servers.ts";
import { type Colors, toColors } from "../../support/colors.ts";
import { nearest } from "../../support/nearest.ts";
import { toVisible } from "../../support/to-visible.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { outsideOf } from "../outside-of.ts";
import { UsageError } from "../usage-error.ts";
import { writeLine } from "../write-line.ts";

const LONGEST = 100;

/** `maestro mcp tools [server]`: what the MCP servers of the configuration offer, and what of it has changed. */
export async function tools(
  io: Io,
  [name]: string[],
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const names = name === undefined ? Object.keys(settings.mcp) : [named(name, settings)];
  if (names.length === 0 && !json) {
    io.write(
      'there are no MCP servers; maestro.config.ts names them: mcp: { docs: { command: ["docs-mcp"] } }\n',
    );
    return EXIT.ok;
  }
  const found = await withServers(io, settings, async (look) => {
    const all: Record<string, readonly SeenTool[]> = {};
    for (const server of names) all[server] = await look(server);
    return all;
  });
  if (json) io.write(`${JSON.stringify(mapValues(found, toData), null, 2)}\n`);
  else for (const [server, seen] of Object.entries(found)) printTools(io, server, seen);
  return Object.values(found)
    .flat()
    .some(({ isChanged }) => isChanged)
    ? EXIT.problems
    : EXIT.ok;
}

/** `maestro mcp trust <server>`: takes the tools of a server for right as they are. */
export async function trust(
  io: Io,
  [name = ""]: string[],
  { yes }: { readonly yes?: boolean },
): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const server = named(name, settings);
  const c = toColors(io.hasColor);
  const seen = await withServers(io, settings, (look, keep) => (yes ? keep(server) : look(server)));
  const changed = seen.filter(({ isChanged }) => isChanged);
  for (const { tool, pin } of changed) {
    writeLine(io, `${c.bold(shownName(server, tool))}`);
    writeLine(io, `  ${c.red("-")} ${toVisible(pin!.description)}`);
    writeLine(io, `  ${c.green("+")} ${toVisible(tool.description ?? "")}`);
  }
  const count = changed.length === 1 ? "1 tool" : `${changed.length} tools`;
  if (yes) writeLine(io, `trusted: ${seen.length} tools of ${server}, ${count} of them changed`);
  else if (changed.length === 0) writeLine(io, `nothing of ${server} has changed`);
  else writeLine(io, `${count} changed; if that is right: maestro mcp trust ${server} --yes`);
  return EXIT.ok;
}

/** @throws UsageError when the configuration has none of that name */
function named(name: string, { mcp }: Settings): string {
  if (Object.hasOwn(mcp, name)) return name;
  const names = Object.keys(mcp);
  const has = names.length === 0 ? "it names none" : `it has: ${names.join(", ")}`;
  const guess = nearest(name, names);
  throw new UsageError(
    `The configuration has no MCP server "${name}" (${has}).`,
    guess && `did you mean "${guess}"?`,
  );
}

async function withServers<T>(
  io: Io,
  settings: Settings,
  act: (
    look: (server: string) => Promise<readonly SeenTool[]>,
    trust: (server: string) => Promise<readonly SeenTool[]>,
  ) => Promise<T>,
): Promise<T> {
  const { mcp } = outsideOf(io, settings);
  try {
    const servers = await mcp?.open();
    return await act(servers?.look ?? nothing, servers?.trust ?? nothing);
  } finally {
    await mcp?.close();
  }
}

async function nothing(): Promise<readonly SeenTool[]> {
  return [];
}

function printTools(io: Io, server: string, seen: readonly SeenTool[]): void {
  const c: Colors = toColors(io.hasColor);
  writeLine(io, `${c.bold(server)}  ${seen.length} ${seen.length === 1 ? "tool" : "tools"}`);
  for (const { tool, isChanged } of seen) {
    const text = toVisible((tool.description ?? tool.title ?? "").split("\n")[0]!);
    const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
    const mark = isChanged ? `${c.yellow("changed")} (maestro mcp trust ${server})  ` : "";
    writeLine(io, `  ${shownName(server, tool).padEnd(32)} ${mark}${c.dim(shown)}`);
  }
}

/** As agents name it. A server may call its tools anything. */
function shownName(server: string, { name }: SeenTool["tool"]): string {
  return toVisible(`${server}/${name}`);
}

function toData(seen: readonly SeenTool[]): unknown {
  return seen.map(({ tool, pin, isChanged }) => ({
    name: tool.name,
    description: tool.description ?? null,
    inputSchema: tool.inputSchema,
    firstSeenAt: pin?.at ?? null,
    isChanged,
  }));
}

function mapValues<T, R>(values: Readonly<Record<string, T>>, to: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, to(value)]));
}
