import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { MaestroError } from "../../diagnostics/index.ts";
import { planOfRow } from "../../operations/deploy-changes.ts";
import { type OrchestraPlan, type TriggerPlan, toSourceText } from "../../plan/index.ts";
import { SourceOpener } from "../../services/secrets/open-source.ts";
import { sign, toKey } from "../../services/webhooks/signature.ts";
import { newId } from "../../support/ids.ts";
import { nearest } from "../../support/nearest.ts";
import { toReason } from "../../support/to-reason.ts";
import { askStore } from "../at-store.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { loadSettings, type Settings } from "../load-workspace.ts";
import { UsageError } from "../usage-error.ts";
import { writeLine } from "../write-line.ts";

interface Options {
  readonly body?: string;
  readonly id?: string;
  readonly json?: boolean;
}

type Webhook = Extract<TriggerPlan, { readonly is: "webhook" }>;

/** The whole answer, its run included, is there by then: the orchestrator looks at nothing but its store. */
const ANSWER_MS = 15_000;

/** `maestro orchestras send <id>`: calls its webhook as its sender would, signed with its own key. */
export async function run(io: Io, [id = ""]: string[], options: Options): Promise<ExitCode> {
  const settings = await loadSettings(io);
  const { plan, webhook } = await webhookOf(io, settings, id);
  const { port } = settings.orchestrator;
  if (!port) throw new MaestroError("MR2052", { orchestra: id, reason: "maestro.config.ts names no port" });
  const body = bodyOf(io, options.body) ?? JSON.stringify(sampleOf(plan, webhook));
  const opened = await new SourceOpener({ root: settings.root, env: io.env }).open(webhook.secret);
  const key = "value" in opened ? toKey(opened.value) : opened;
  if ("problem" in key) {
    const facts = { orchestra: id, from: toSourceText(webhook.secret), reason: key.problem };
    throw new MaestroError("MR2051", facts);
  }
  const called = options.id ?? newId("run").replace("run_", "msg_");
  const timestamp = `${Math.floor(Date.now() / 1_000)}`;
  const signed = { id: called, timestamp, body: Buffer.from(body) };
  const { status, said } = await call(`http://127.0.0.1:${port}/hooks/${id}`, body, {
    "content-type": "application/json",
    "webhook-id": called,
    "webhook-timestamp": timestamp,
    "webhook-signature": sign(signed, key.key),
  }).catch((error: unknown) => {
    const reason = `nothing answers at 127.0.0.1:${port} (${toReason(error)})`;
    throw new MaestroError("MR2052", { orchestra: id, reason });
  });
  if (said.run === undefined)
    throw new MaestroError("MR2046", { orchestra: id, status, reason: said.error ?? "it says nothing" });
  if (options.json) io.write(`${JSON.stringify({ id: called, status, run: said.run })}\n`);
  else writeLine(io, `${called}  ${status === 200 ? "had begun" : "begins"} ${said.run}`);
  return EXIT.ok;
}

async function webhookOf(
  io: Io,
  settings: Settings,
  id: string,
): Promise<{ readonly plan: OrchestraPlan; readonly webhook: Webhook }> {
  const request = { op: "deployed" } as const;
  const { orchestras } = await askStore(io, settings, { command: "maestro orchestras send", request });
  const known = orchestras.map((row) => row.id);
  const row = orchestras.find((one) => one.id === id);
  if (!row)
    throw new MaestroError("MR2061", { orchestra: id, known, guess: nearest(id, known), destroyed: false });
  const plan = planOfRow(row);
  const webhook = (plan.on ?? []).find((trigger) => trigger.is === "webhook");
  if (!webhook) throw new MaestroError("MR2052", { orchestra: id, reason: "it is played on no webhook" });
  return { plan, webhook };
}

/** What its file says there: `run-now` plays the same. */
function sampleOf({ input }: OrchestraPlan, { into }: Webhook): unknown {
  return (into === undefined ? undefined : (Object(input) as Record<string, unknown>)[into]) ?? {};
}

function bodyOf({ cwd }: Io, body: string | undefined): string | undefined {
  if (!body?.startsWith("@")) return body;
  try {
    return readFileSync(resolve(cwd, body.slice(1)), "utf8");
  } catch (error) {
    throw new UsageError(
      `${body.slice(1)} cannot be read: ${toReason(error)}.`,
      "maestro orchestras send --help",
    );
  }
}

async function call(url: string, body: string, headers: Readonly<Record<string, string>>) {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const answer = await fetch(url, { method: "POST", body, headers, signal });
  const text = await answer.text();
  return { status: answer.status, said: toSaid(text) };
}

function toSaid(text: string): { readonly run?: string; readonly error?: string } {
  try {
    return Object(JSON.parse(text)) as { readonly run?: string; readonly error?: string };
  } catch {
    return { error: text.trim().slice(0, 200) };
  }
}
