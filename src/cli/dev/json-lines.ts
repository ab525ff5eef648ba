import { toSentence } from "../../compile/diff/print/sentence.ts";
import { MaestroError } from "../../diagnostics/index.ts";
import { toReason } from "../../support/to-reason.ts";
import type { Io } from "../io.ts";
import type { DevListener } from "./dev-session.ts";

/** What happens as JSON, an object a line, for tools: each has its `type` and `at`, in Unix ms. */
export function jsonLines(io: Io): DevListener {
  const say = (type: string, facts: object) =>
    io.write(`${JSON.stringify({ type, at: Date.now(), ...facts })}\n`);
  return {
    reloaded({ changes, scores, appeared, fixed, compilation, durationMs, isTypes }) {
      say("reloaded", {
        files: changes.map(({ file }) => file),
        scores: scores.map(({ id, file, is, changes: own }) => ({
          id,
          file,
          is,
          changes: own.map((change) => ({
            weight: change.weight,
            text: toSentence(change, { quote: (text) => text }),
          })),
        })),
        // What is new and what is gone: the whole is what stands at the end of these.
        appeared,
        fixed,
        errors: compilation.diagnostics.filter(({ severity }) => severity === "error").length,
        isTypes,
        durationMs: Math.round(durationMs),
      });
    },
    began: (run) => say("run.began", { run: run.id, score: run.score }),
    ended: (run, ending, durationMs) =>
      say("run.ended", {
        run: run.id,
        score: run.score,
        as: ending.is,
        ...(ending.is === "completed" ? { output: ending.output } : {}),
        ...(ending.is === "failed" ? { step: ending.step, error: ending.error.message } : {}),
        durationMs: Math.round(durationMs),
      }),
    printed: (text) => say("printed", { text }),
    said: (text) => say("said", { text }),
    failed: (error) =>
      say("failed", {
        ...(error instanceof MaestroError ? { code: error.code } : {}),
        message: toReason(error),
      }),
  };
}
