import { join } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import { toMs } from "../../support/duration.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { openIsolated } from "../load-isolated.ts";
import { loadSettings } from "../load-workspace.ts";
import { Keeper } from "../mcp/keeper.ts";
import type { Offer } from "../mcp/offer.ts";
import { workspaceOffer } from "../mcp/workspace-offer.ts";
import { UsageError } from "../usage-error.ts";
import { whoIs } from "../who-is.ts";
import { warnLines } from "../write-line.ts";

interface Options {
  readonly http?: string;
  readonly wait: string;
  readonly by?: string;
}

const HIGHEST_PORT = 65_535;

/** `maestro mcp`: offers the workspace's scores as tools, until whoever they are offered to is gone. */
export async function run(asked: Io, _args: string[], options: Options): Promise<ExitCode> {
  const waitMs = toMs(options.wait);
  if (waitMs === undefined) throw new UsageError(`--wait ${options.wait} is no duration such as 50s.`);
  const port = options.http === undefined ? undefined : toPort(options.http);
  const settings = await loadSettings(asked);
  const io: Io = { ...asked, home: settings.root };
  // Author code is played apart: what it prints does not get into what is said, and what it breaks is its own.
  const isolated = await openIsolated(io, (text) => io.warn(text.trimEnd()));
  const keeper = new Keeper({ io, settings, load: isolated.load, patienceMs: waitMs });
  const offer = workspaceOffer({
    io,
    keeper,
    isolated,
    root: settings.root,
    by: `${whoIs(io, options.by)} over MCP`,
    waitMs,
    scores: async () => (await import("../compiling.ts")).offeredScores(io),
  });
  const interrupted = Promise.withResolvers<void>();
  const off = io.onInterrupt(() => interrupted.resolve());
  try {
    const served = await serve(io, offer, { port, root: settings.root });
    await Promise.race([served.over, interrupted.promise]);
    await served.close();
    return EXIT.ok;
  } finally {
    off();
    await keeper.close();
    await isolated.close();
  }
}

async function serve(
  io: Io,
  offer: Offer,
  { port, root }: { readonly port: number | undefined; readonly root: string },
) {
  // Loaded when it is asked for: the protocol's library is no part of any other command.
  const { serveHttp, serveStdio } = await import("../mcp/serve-mcp.ts");
  const warn = (line: string) => warnLines(io, line);
  if (port === undefined) return serveStdio(offer, warn);
  const tokenFile = join(root, ".maestro/mcp-token");
  try {
    const served = await serveHttp(offer, { port, tokenFile, warn });
    warnLines(io, `serving on http://127.0.0.1:${served.port}/mcp; clients send the token in ${tokenFile}:`);
    warnLines(io, "  Authorization: Bearer <token>");
    return served;
  } catch (cause) {
    throw new MaestroError("MR2047", { port, detail: (cause as Error).message }, { cause });
  }
}

function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= HIGHEST_PORT) return port;
  throw new UsageError(
    `--http ${text} is no port: a whole number up to ${HIGHEST_PORT}, or 0 for any that is free.`,
  );
}
