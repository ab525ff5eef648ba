import { envName } from "../../define/env.ts";
import type { McpServerSettings, Setting } from "../../players/mcp/mcp-settings.ts";
import { toMs } from "../../support/duration.ts";

/** A server of tools as plain data: of what was written, what has the right type. */
export function toMcpServer(server: unknown): McpServerSettings {
  const { command, url, tools, env, headers, allowPrivate, timeout } = Object(server) as Readonly<
    Record<string, unknown>
  >;
  const timeoutMs = typeof timeout === "string" ? toMs(timeout) : undefined;
  return {
    ...(Array.isArray(command) ? { command: textsOf(command) } : {}),
    ...(typeof url === "string" ? { url } : {}),
    ...(Array.isArray(tools) ? { tools: textsOf(tools) } : {}),
    ...(env === undefined ? {} : { env: toSettings(env) }),
    ...(headers === undefined ? {} : { headers: toSettings(headers) }),
    ...(allowPrivate === true ? { allowPrivate } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function toSettings(values: unknown): Readonly<Record<string, Setting>> {
  const settings: Record<string, Setting> = {};
  for (const [name, value] of Object.entries(Object(values) as Readonly<Record<string, unknown>>)) {
    const variable = envName(value);
    if (variable) settings[name] = { variable };
    else if (typeof value === "string") settings[name] = { value };
  }
  return settings;
}

function textsOf(list: readonly unknown[]): string[] {
  return list.filter((one) => typeof one === "string");
}
