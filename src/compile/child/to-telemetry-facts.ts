import type { TelemetryFacts } from "./protocol.ts";
import { toMcpServer } from "./to-mcp-server.ts";

/** Where traces go, as plain data; `undefined` without an address. */
export function toTelemetryFacts(telemetry: unknown): TelemetryFacts | undefined {
  const { endpoint, prompts, headers } = Object(telemetry) as Readonly<Record<string, unknown>>;
  if (typeof endpoint !== "string") return undefined;
  // Headers are written as those of an MCP server.
  return { endpoint, prompts: prompts === true, headers: toMcpServer({ headers }).headers ?? {} };
}
