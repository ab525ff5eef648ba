import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { RunEvent } from "../../engine/index.ts";
import type { ModelCallRow } from "../../store/store.ts";

/** Of what was said or given. */
const MOST_CHARACTERS = 16_000;

interface Beginning {
  readonly name: string;
  readonly at: number;
  readonly parent: Span | undefined;
  readonly kind?: SpanKind;
  readonly attributes: Attributes;
}

/**
 * Runs, steps, calls of models and of tools as spans, by the conventions for generative AI.
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
export class SpanWriter {
  readonly #tracer: Tracer;
  readonly #hasPrompts: boolean;
  /** Those that have begun: runs by their id, steps by `run/step`. */
  readonly #runs = new Map<string, Span>();
  readonly #steps = new Map<string, Span>();
  /** The steps that play runs, by those. */
  readonly #playing = new Map<string, Span>();
  /** What models have said, by step. */
  readonly #said = new Map<string, string>();

  constructor(tracer: Tracer, hasPrompts: boolean) {
    this.#tracer = tracer;
    this.#hasPrompts = hasPrompts;
  }

  hear(event: RunEvent): void {
    switch (event.type) {
      case "run.started":
        return this.#beginRun(event);
      case "run.completed":
        return this.#endRun(event, { "maestro.run.status": "completed" });
      case "run.failed":
        return this.#endRun(
          event,
          { "maestro.run.status": "failed", "error.type": event.error.code },
          this.#why(event.error.code, event.error.message),
        );
      case "run.cancelled":
        return this.#endRun(event, { "maestro.run.status": "cancelled" }, "cancelled");
      case "run.paused":
        return this.#endRun(event, { "maestro.run.status": "paused" });
      case "step.started":
        return this.#beginStep(event);
      case "step.completed":
        return this.#endStep(event, {});
      case "step.failed":
        return this.#endStep(
          event,
          { "error.type": event.error.code },
          this.#why(event.error.code, event.error.message),
        );
      case "tool.called":
        return this.#toolCall(event);
      case "text":
        if (this.#hasPrompts) this.#hearText(`${event.run}/${event.step}`, event.text);
        return;
      default:
        return;
    }
  }

  hearCall(call: ModelCallRow): void {
    const { runId, step, model, agent, startedAt, durationMs, inputTokens, outputTokens, microUsd, error } =
      call;
    const slash = model.indexOf("/");
    const span = this.#begin({
      name: `chat ${model.slice(slash + 1)}`,
      at: startedAt,
      parent: this.#parentOf(runId, step),
      kind: SpanKind.CLIENT,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": slash < 0 ? model : model.slice(0, slash),
        "gen_ai.request.model": model.slice(slash + 1),
        "gen_ai.agent.name": agent,
        "gen_ai.usage.input_tokens": inputTokens,
        "gen_ai.usage.output_tokens": outputTokens,
        ...(microUsd === null ? {} : { "maestro.cost.micro_usd": microUsd }),
        ...(error === null ? {} : { "error.type": "_OTHER" }),
      },
    });
    end(span, startedAt + durationMs, error === null ? undefined : this.#why("failed", error));
  }

  /** What is still open has been stopped. */
  endAll(): void {
    const now = Date.now();
    for (const span of [...this.#steps.values(), ...this.#runs.values()]) end(span, now);
    this.#steps.clear();
    this.#runs.clear();
  }

  #beginRun({ run, at, score, resumed }: Extract<RunEvent, { type: "run.started" }>): void {
    const span = this.#begin({
      name: `run ${score}`,
      at,
      parent: this.#playing.get(run),
      attributes: { "maestro.run.id": run, "maestro.score": score, "maestro.run.resumed": resumed },
    });
    this.#runs.set(run, span);
    this.#playing.delete(run);
  }

  #endRun({ run, at }: RunEvent, attributes: Attributes, failure?: string): void {
    for (const [key, step] of this.#steps)
      if (key.startsWith(`${run}/`)) {
        end(step, at);
        this.#steps.delete(key);
      }
    this.#runs.get(run)?.setAttributes(attributes);
    end(this.#runs.get(run), at, failure);
    this.#runs.delete(run);
  }

  #beginStep({ run, step, kind, attempt, at, plays }: Extract<RunEvent, { type: "step.started" }>): void {
    const span = this.#begin({
      name: `step ${step}`,
      at,
      parent: this.#runs.get(run),
      attributes: {
        "maestro.run.id": run,
        "maestro.step": step,
        "maestro.step.kind": kind,
        "maestro.step.attempt": attempt,
        ...(kind === "agent" ? { "gen_ai.operation.name": "invoke_agent" } : {}),
      },
    });
    this.#steps.set(`${run}/${step}`, span);
    if (plays !== undefined) this.#playing.set(plays, span);
  }

  #endStep(
    { run, step, at }: Extract<RunEvent, { readonly type: "step.completed" | "step.failed" }>,
    attributes: Attributes,
    failure?: string,
  ): void {
    const key = `${run}/${step}`;
    const span = this.#steps.get(key);
    const said = this.#said.get(key);
    if (said !== undefined) span?.setAttribute("gen_ai.output.messages", toMessages(said));
    span?.setAttributes(attributes);
    end(span, at, failure);
    this.#steps.delete(key);
    this.#said.delete(key);
  }

  #toolCall(event: Extract<RunEvent, { type: "tool.called" }>): void {
    const { run, step, at, tool, input, output, error, durationMs = 0 } = event;
    const given = {
      "gen_ai.tool.call.arguments": short(input),
      "gen_ai.tool.call.result": short(error ?? output),
    };
    const span = this.#begin({
      name: `execute_tool ${tool}`,
      at: at - durationMs,
      parent: this.#parentOf(run, step),
      attributes: {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": tool,
        "gen_ai.tool.type": "function",
        ...(error === undefined ? {} : { "error.type": event.isRefused ? "refused" : "_OTHER" }),
        ...(this.#hasPrompts ? given : {}),
      },
    });
    end(span, at, error === undefined ? undefined : this.#why("failed", error));
  }

  /** What says why something failed may repeat what was said. */
  #why(code: string | undefined, message: string): string {
    return this.#hasPrompts ? message : (code ?? "failed");
  }

  #hearText(key: string, text: string): void {
    const said = this.#said.get(key) ?? "";
    if (said.length < MOST_CHARACTERS) this.#said.set(key, said + text);
  }

  #parentOf(run: string, step: string): Span | undefined {
    return this.#steps.get(`${run}/${step}`) ?? this.#runs.get(run);
  }

  #begin({ name, at, parent, kind = SpanKind.INTERNAL, attributes }: Beginning): Span {
    const context = parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    return this.#tracer.startSpan(name, { startTime: at, kind, attributes }, context);
  }
}

function end(span: Span | undefined, at: number, failure?: string): void {
  if (failure !== undefined) span?.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span?.end(at);
}

function toMessages(said: string): string {
  return JSON.stringify([
    { role: "assistant", parts: [{ type: "text", content: said.slice(0, MOST_CHARACTERS) }] },
  ]);
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? "null").slice(0, MOST_CHARACTERS);
}
