import { MaestroError } from "../../diagnostics/index.ts";
import type { Play } from "../../engine/index.ts";
import { planOfRow } from "../../operations/deploy-changes.ts";
import { effectiveOrchestra, type OrchestraPlan, type TriggerPlan, toSourceText } from "../../plan/index.ts";
import type { OrchestraRow } from "../../store/orchestra-store.ts";
import type { Store } from "../../store/store.ts";
import { isDeeperThan } from "../../support/is-deeper-than.ts";
import { isSoundJson } from "../../support/is-sound-json.ts";
import { toReason } from "../../support/to-reason.ts";
import { toVisible } from "../../support/to-visible.ts";
import type { Log } from "../orchestrator/log.ts";
import type { Opened } from "../secrets/open-source.ts";
import { isSignedWith, toKey } from "./signature.ts";

/** A call, before its body is read. */
export interface Call {
  /** Id of an orchestra, as the address says it. */
  readonly to: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The whole body, when it is not larger than a body may be, and its sender has sent all of it. */
  readonly read: () => Promise<Uint8Array | "too large" | "cut off">;
}

export interface Answer {
  readonly status: number;
  readonly body: { readonly run: string } | { readonly error: string };
}

export interface WebhooksOptions {
  readonly store: Store;
  readonly now: () => number;
  readonly log: Log;
  readonly open: (source: Webhook["secret"]) => Promise<Opened>;
  /** Begins a run of an orchestra for a call; what it gives is durable with that. */
  readonly begin: (call: AcceptedCall) => Promise<Play>;
  /** The store cannot be read or written any more. */
  readonly onLost: (error: unknown) => void;
}

export interface AcceptedCall {
  readonly row: OrchestraRow;
  readonly plan: OrchestraPlan;
  readonly input: unknown;
  readonly webhookId: string;
}

/** What has been received since it was started. */
export interface Received {
  fired: number;
  /** Calls that came once more. */
  again: number;
  refused: number;
}

type Webhook = Extract<TriggerPlan, { readonly is: "webhook" }>;

/** A call that is older or younger than this may be one that somebody has recorded. */
const WINDOW_S = 300;
const DEEPEST = 64;
/** A key that was changed counts after this at the latest: opening one may start a program, and anybody may call. */
const KEPT_MS = 60_000;
const LONGEST_REASON = 1_000;

const NOTHING_HERE = "nothing is received here";

/**
 * Receives the calls of webhooks, signed as Standard Webhooks has it.
 *
 * - **W1** A call begins one run. Run and call are written in one transaction before anybody is answered; who calls again under the
 *   same id is told the same run, also after a crash.
 * - **W2** Nothing of a body is looked at before its signature fits, and no key is shown or written anywhere.
 * - **W3** Every call to an orchestra that has a webhook ends as a row, or is one that has a row.
 */
export class Webhooks {
  readonly received: Received = { fired: 0, again: 0, refused: 0 };
  readonly #options: WebhooksOptions;
  /** Calls that are being taken, by orchestra and id: one that comes twice at once is one. */
  readonly #taking = new Map<string, Promise<Answer>>();
  readonly #keys = new Map<string, { readonly until: number; readonly key: Promise<Opened> }>();

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  async receive(call: Call): Promise<Answer> {
    try {
      return await this.#receive(call);
    } catch (error) {
      this.#options.log.error("call could not be taken", { orchestra: call.to, why: toReason(error) });
      if (error instanceof MaestroError && error.code.startsWith("MR1")) this.#options.onLost(error);
      return { status: 503, body: { error: "it could not be taken now" } };
    }
  }

  async #receive({ to, headers, read }: Call): Promise<Answer> {
    const { store, now } = this.#options;
    const row = await store.orchestras.find(to);
    const said = row?.destroyedAt === null ? await store.orchestras.overrides(to) : [];
    const desired = row?.destroyedAt === null ? planOfRow(row) : undefined;
    const webhooks = (desired?.on ?? []).filter((trigger) => trigger.is === "webhook");
    if (!row || !desired || webhooks.length === 0) {
      this.received.refused++;
      return { status: 404, body: { error: NOTHING_HERE } };
    }
    const { plan, isEnabled, isPaused } = effectiveOrchestra(desired, said);
    const [id, timestamp, signature] = ["id", "timestamp", "signature"].map((name) =>
      textOf(headers[`webhook-${name}`]),
    ) as [string, string, string];
    const isNamed = /^[\x21-\x7e]{1,256}$/.test(id);
    const refuse: Refuse = (status, reason, error = reason) =>
      this.#refuse({ row, webhookId: isNamed ? id : null, status, reason, error });

    if (!isEnabled) return refuse(404, "the orchestra is not enabled", NOTHING_HERE);
    if (!/^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i.test(textOf(headers["content-type"])))
      return refuse(415, "its content type is not application/json");
    if (!isNamed) return refuse(401, "it has no webhook-id of 1 to 256 visible characters");
    if (!/^\d{1,12}$/.test(timestamp)) return refuse(401, "its webhook-timestamp is not in whole seconds");
    const body = await read();
    if (body === "too large") return refuse(413, "its body is larger than 1 MB");
    if (body === "cut off") return refuse(400, "its body did not come to its end");
    const found = await this.#trigger(to, webhooks, (key) =>
      isSignedWith(key, { id, timestamp, body }, signature),
    );
    if ("problem" in found) return refuse(503, found.problem, "its signature cannot be checked now");
    if (!found.trigger) return refuse(401, "its signature does not fit");
    const ageS = Math.floor(now() / 1_000) - Number(timestamp);
    if (Math.abs(ageS) > WINDOW_S)
      return refuse(401, `it was signed ${Math.abs(ageS)} s ${ageS > 0 ? "ago" : "ahead of time"}`);
    if (isPaused) return refuse(503, "the orchestra is paused");

    const { into } = found.trigger;
    return this.#once(`${to}\n${id}`, () => this.#take({ row, plan, id, into, body, refuse }));
  }

  /** One after the other, so that the second finds what the first has come to. */
  async #once(name: string, take: () => Promise<Answer>): Promise<Answer> {
    for (let taking = this.#taking.get(name); taking; taking = this.#taking.get(name))
      await taking.catch(() => {});
    const taking = take();
    this.#taking.set(name, taking);
    try {
      return await taking;
    } finally {
      this.#taking.delete(name);
    }
  }

  async #take({ row, plan, id, into, body, refuse }: Taking): Promise<Answer> {
    const { store, log, begin } = this.#options;
    const known = await store.orchestras.runOfDelivery(row.id, id);
    if (known !== undefined) {
      this.received.again++;
      return { status: 200, body: { run: known } };
    }
    const read = toJson(body);
    if ("problem" in read) return refuse(400, read.problem);
    const input = into === undefined ? plan.input : { ...(Object(plan.input) as object), [into]: read.value };
    try {
      const { id: run } = await begin({ row, plan, input, webhookId: id });
      this.received.fired++;
      log.info("call fired", { orchestra: row.id, call: id, run });
      return { status: 202, body: { run } };
    } catch (error) {
      if (!(error instanceof MaestroError) || error.code.startsWith("MR1")) throw error;
      if (error.code === "MR2002") return refuse(400, error.message);
      if (error.code === "MR2012") return refuse(503, "nothing begins any more: the orchestrator is ending");
      return refuse(503, error.message, "its run cannot begin now");
    }
  }

  /** Which of the orchestra's webhooks it is signed for. */
  async #trigger(
    orchestra: string,
    webhooks: readonly Webhook[],
    isFor: (key: Uint8Array) => boolean,
  ): Promise<{ readonly trigger: Webhook | undefined } | { readonly problem: string }> {
    let problem: string | undefined;
    for (const trigger of webhooks) {
      const opened = await this.#key(trigger.secret);
      const key = "value" in opened ? toKey(opened.value) : opened;
      if ("problem" in key) {
        const from = toSourceText(trigger.secret);
        problem = new MaestroError("MR2051", { orchestra, from, reason: key.problem }).message;
      } else if (isFor(key.key)) return { trigger };
    }
    return problem === undefined ? { trigger: undefined } : { problem };
  }

  #key(source: Webhook["secret"]): Promise<Opened> {
    const { open, now } = this.#options;
    const name = toSourceText(source);
    const kept = this.#keys.get(name);
    if (kept && now() < kept.until) return kept.key;
    const key = open(source);
    this.#keys.set(name, { until: now() + KEPT_MS, key });
    return key;
  }

  async #refuse({ row, webhookId, status, reason, error }: Refusing): Promise<Answer> {
    const { store, now, log } = this.#options;
    this.received.refused++;
    const why = toVisible(reason).slice(0, LONGEST_REASON);
    log.warn("call refused", { orchestra: row.id, call: webhookId, status, why });
    const at = now();
    await store.orchestras.refuse({
      orchestra: row.id,
      at,
      status: "refused",
      webhookId,
      reason: why,
      run: null,
    });
    return { status, body: { error } };
  }
}

/** @param error what the sender is told; default: the reason */
type Refuse = (status: number, reason: string, error?: string) => Promise<Answer>;

interface Refusing {
  readonly row: OrchestraRow;
  readonly webhookId: string | null;
  readonly status: number;
  readonly reason: string;
  readonly error: string;
}

interface Taking {
  readonly row: OrchestraRow;
  readonly plan: OrchestraPlan;
  readonly id: string;
  readonly into: string | undefined;
  readonly body: Uint8Array;
  readonly refuse: Refuse;
}

function textOf(header: string | readonly string[] | undefined): string {
  return typeof header === "string" ? header : "";
}

function toJson(body: Uint8Array): { readonly value: unknown } | { readonly problem: string } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    if (isDeeperThan(DEEPEST, text)) return { problem: `its body is nested more than ${DEEPEST} deep` };
    const value = JSON.parse(text) as unknown;
    return isSoundJson(value)
      ? { value }
      : { problem: "its body has more keys, or others, than a body may have" };
  } catch {
    return { problem: "its body is not JSON in UTF-8" };
  }
}
