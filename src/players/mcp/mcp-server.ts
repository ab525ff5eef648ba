import { Client, ProtocolError, SdkHttpError, type Tool } from "@modelcontextprotocol/client";
import { MaestroError } from "../../diagnostics/index.ts";
import { toVisible } from "../../support/to-visible.ts";
import { Redactor } from "../redactor.ts";
import { lastLines } from "../shell/last-lines.ts";
import { AddressTransport } from "./address-transport.ts";
import type { McpServerSettings, McpSettings, Setting } from "./mcp-settings.ts";
import { StdioTransport } from "./stdio-transport.ts";
import { toFailureText, toResult } from "./to-result.ts";

/** What it may take to come up. */
const STARTING_MS = 30_000;
const CALL_MS = 60_000;
/** Beginnings of one server in a row of which none lasted. */
const MOST_STARTS = 4;
/** Of what went wrong, which may be the whole page with which a server answered. */
const LONGEST_REASON = 500;
/** One that has been there for so long is begun anew as if it were the first time. */
const LASTING_MS = 60_000;

type OwnTransport = StdioTransport | AddressTransport;

interface Connection {
  readonly client: Client;
  readonly transport: OwnTransport;
  isOver: boolean;
}

/** How a tool of a server is called. */
interface Calling {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** A tool said that it failed: that is for the model, which may do better. */
export class ToolFailure extends Error {}

/**
 * One server of tools, begun when it is first asked and shared by everybody who asks. One that ends is begun again when it
 * is asked again, a few times. Nothing that it says holds a secret that it was given.
 */
export class McpServer {
  readonly name: string;
  readonly timeoutMs: number;
  readonly #settings: McpServerSettings;
  readonly #all: McpSettings;
  readonly #redactor: Redactor;
  #connecting: Promise<Connection> | undefined;
  #starts = 0;
  /** When it was begun last. */
  #since = Date.now();
  #isClosed = false;

  constructor(name: string, all: McpSettings) {
    this.name = name;
    this.#all = all;
    this.#settings = all.servers[name]!;
    this.timeoutMs = this.#settings.timeoutMs ?? CALL_MS;
    const { env = {}, headers = {} } = this.#settings;
    const variables = [...Object.values(env), ...Object.values(headers)].flatMap((setting) =>
      "variable" in setting ? [setting.variable] : [],
    );
    this.#redactor = new Redactor(new Map(variables.map((name) => [name, all.variable(name) ?? ""])));
  }

  /**
   * The tools that agents may use, as the server has them now.
   * @throws MaestroError MR3083, MR3084, MR3094
   */
  async tools(): Promise<readonly Tool[]> {
    const { client, transport } = await this.#connected();
    // Also after a change that it has not told: asking takes a moment, and a model believes what it is told.
    try {
      const { tools } = await client.listTools(undefined, { timeout: STARTING_MS });
      const { tools: allowed } = this.#settings;
      return allowed ? tools.filter(({ name }) => allowed.includes(name)) : tools;
    } catch (error) {
      throw this.#failure(error, "it does not say which tools it has", transport);
    }
  }

  /**
   * What a tool gives.
   * @throws ToolFailure what the tool itself says of its failure; MaestroError MR3083 when the server is not there any more
   */
  async call({ name, input, signal }: Calling): Promise<unknown> {
    const connection = await this.#connected();
    const { client } = connection;
    let result: Awaited<ReturnType<Client["callTool"]>>;
    try {
      result = await client.callTool(
        { name, arguments: input },
        // The time is kept by whoever calls; the library's own is a net.
        { signal, timeout: this.timeoutMs + STARTING_MS },
      );
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      // The protocol's own refusals are the tool's: wrong arguments, nothing of that name.
      if (!connection.isOver && error instanceof ProtocolError)
        throw new ToolFailure(this.#clean(messageOf(error)));
      throw this.#failure(error, `it was at work on ${name}`, connection.transport);
    }
    if (result.isError) throw new ToolFailure(this.#clean(toFailureText(result)));
    return this.#redactor.value(toResult(result));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const connection = await this.#connecting?.catch(() => undefined);
    await connection?.client.close().catch(() => {});
    await connection?.transport.close();
  }

  async #connected(): Promise<Connection> {
    for (;;) {
      this.#connecting ??= this.#connect();
      const connecting = this.#connecting;
      const connection = await connecting.catch((error: unknown) => {
        if (this.#connecting === connecting) this.#connecting = undefined;
        throw error;
      });
      if (!connection.isOver) return connection;
      if (this.#connecting === connecting) this.#connecting = undefined;
    }
  }

  async #connect(): Promise<Connection> {
    if (this.#isClosed) throw this.#failed("it was closed", false);
    if (Date.now() - this.#since > LASTING_MS) this.#starts = 0;
    if (this.#starts === MOST_STARTS)
      throw this.#failed(`it was started ${MOST_STARTS} times and did not stay`, false);
    this.#starts++;
    const transport = this.#transport();
    const client = new Client({ name: "maestro", version: this.#all.version }, { capabilities: {} });
    const connection = { client, transport, isOver: false };
    client.onclose = () => {
      connection.isOver = true;
    };
    try {
      await client.connect(transport, { timeout: STARTING_MS });
    } catch (error) {
      await transport.close();
      throw this.#failure(error, "it could not be connected to", transport);
    } finally {
      this.#since = Date.now();
    }
    return connection;
  }

  #transport(): OwnTransport {
    const { command, url, env = {}, headers = {}, allowPrivate = false } = this.#settings;
    if (command) return new StdioTransport({ command, cwd: this.#all.root, env: this.#open(env) });
    return new AddressTransport({ server: this.name, url: url!, headers: this.#open(headers), allowPrivate });
  }

  /** @throws MaestroError MR3083 when a variable is not set */
  #open(settings: Readonly<Record<string, Setting>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(settings).map(([name, setting]) => {
        if ("value" in setting) return [name, setting.value];
        const value = this.#all.variable(setting.variable);
        if (!value) throw this.#failed(`its variable ${setting.variable} is not set`, false);
        return [name, value];
      }),
    );
  }

  #failure(error: unknown, when: string, transport: OwnTransport): MaestroError {
    const own = ownError(error);
    if (own) return own;
    const said =
      transport instanceof StdioTransport && transport.errors
        ? `; it said: ${lastLines(transport.errors)}`
        : "";
    const why = transport.ended ?? toVisible(this.#clean(messageOf(error)).slice(0, LONGEST_REASON));
    return this.#failed(`${when}: ${why}${said}`, true);
  }

  #failed(detail: string, isTransient: boolean): MaestroError {
    const { command, url } = this.#settings;
    const where = command ? command.join(" ") : url!;
    return new MaestroError("MR3083", {
      server: this.name,
      where: this.#clean(where),
      detail: this.#clean(detail),
      isTransient,
    });
  }

  #clean(text: string): string {
    return this.#redactor.text(text);
  }
}

function ownError(error: unknown): MaestroError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++)
    if (at instanceof MaestroError) return at;
  return undefined;
}

function messageOf(error: unknown): string {
  const parts: string[] = error instanceof SdkHttpError ? [`HTTP ${error.status}`] : [];
  for (let at = error; at instanceof Error && parts.length < 4; at = at.cause) parts.push(at.message);
  return parts.length > 0 ? [...new Set(parts)].join(": ") : String(error);
}
