import { artifact, defineAgent, defineScore, defineTask, task } from "maestro-ts";
import { z } from "zod";

const Value = z.object({ value: z.string() });
const judge = defineTask({ id: "judge", input: Value, output: z.object({ score: z.number() }), run: () => ({ score: 1 }) });
const blind = defineTask({ id: "blind", input: Value, output: z.object({ ok: z.boolean() }), run: () => ({ ok: true }) });
const wordy = defineAgent({ id: "wordy", model: "local/llama", instructions: "Judge.", input: Value, output: z.object({ score: z.string() }), maxTokens: 100, timeout: "1m" });
const shy = defineTask({ id: "shy", input: Value, output: z.object({ score: z.number().optional() }), run: () => ({}) });
const bare = defineTask({ id: "bare", input: Value, output: z.number(), run: () => 1 });

const make = () => task({ output: z.string(), run: () => "" });
const [draft, second, third] = [make(), make(), make()];
const value = draft.output;
const tooMuch = artifact({ name: "a", value, gates: [{ by: judge, min: 0.5 }, { by: judge, min: 80 }, { by: judge, min: -1 }] });
const noRetry = artifact({ name: "b", value, gates: [{ by: judge, min: 0.8, onFail: "retry" }] });
const once = artifact({ name: "c", value: second.output, gates: [{ by: judge, min: 0.8, onFail: "retry" }], retry: { attempts: 1 } });
const judges = artifact({ name: "d", value, gates: [{ by: blind as never, min: 0.8 }, { by: wordy as never, min: 0.8 }, { by: shy as never, min: 0.8 }, { by: bare as never, min: 0.8 }] });
const fine = artifact({ name: "e", value: third.output, gates: [{ by: judge, min: 0, onFail: "retry" }, { by: judge, min: 1 }], retry: { attempts: 2 } });

export default defineScore({ id: "letters", nodes: { draft, second, third, tooMuch, noRetry, once, judges, fine } });
