/** Where tools of MCP servers come from, as the workspace's configuration says. Plain data but for the variables. */
export interface McpSettings {
  readonly servers: Readonly<Record<string, McpServerSettings>>;
  /** A variable of the environment. */
  readonly variable: (name: string) => string | undefined;
  /** The workspace's folder, in which servers are started. */
  readonly root: string;
  /** Where it is kept what the definition of each tool was. */
  readonly pinFile: string;
  readonly version: string;
}

/** A server of tools: a program that is started, or an address. */
export interface McpServerSettings {
  readonly command?: readonly string[];
  readonly url?: string;
  /** The tools that agents may use; absent: all of them. */
  readonly tools?: readonly string[];
  /** What its program finds in its environment besides `PATH` and the like. */
  readonly env?: Readonly<Record<string, Setting>>;
  /** What every request to it says. */
  readonly headers?: Readonly<Record<string, Setting>>;
  /** Also at an address that only this machine or its network reaches. */
  readonly allowPrivate?: boolean;
  /** The longest that one call may take. */
  readonly timeoutMs?: number;
}

/** A text, or the variable that holds it: that one is a secret. */
export type Setting = { readonly value: string } | { readonly variable: string };
