import { all, any, defineScore, derive, eq, gte, input, loop, not, task, text } from "maestro-ts";
import { z } from "zod";

const State = z.object({ text: z.string(), score: z.number(), tries: z.object({ done: z.boolean() }) });
const start = { text: "", score: 0, tries: { done: false } };
const brief = input(z.object({ quick: z.boolean().default(false) }));
const found = task({ output: z.object({ n: z.number() }), run: () => ({ n: 1 }) });
const better = () => task({ output: State, run: () => start });

// The input, and what was computed before; by way of a derive.
const onInput = loop({
  state: State, start, max: 4,
  each: () => {
    const one = better();
    return { nodes: { one }, next: one.output, until: eq(brief.quick, true) };
  },
});
const onOuter = loop({
  state: State, start, max: 4,
  each: () => {
    const one = better();
    const enough = derive([found.output.n], (n) => n > 3);
    return { nodes: { one }, next: one.output, until: eq(enough, true) };
  },
});
// The state, which no turn changes: all of it, or the part that is looked at.
const sameState = loop({
  state: State, start, max: 4,
  each: (state) => ({ nodes: { one: better() }, next: state, until: gte(state.score, 1) }),
});
const samePart = loop({
  state: State, start, max: 1_000,
  each: (state) => {
    const one = better();
    return { nodes: { one }, next: { text: one.output.text, score: state.score, tries: state.tries }, until: all(gte(state.score, 1), eq(state.tries.done, true)) };
  },
});
// These can end.
const byWork = loop({
  state: State, start, max: 4,
  each: (state) => {
    const one = better();
    const words = text`${one.output.text}`;
    return { nodes: { one }, next: state, until: eq(words, "done") };
  },
});
const byTurn = loop({ state: State, start, max: 4, each: (state, turn) => ({ nodes: { one: better() }, next: state, until: gte(turn, 2) }) });
const byState = loop({ state: State, start, max: 4, each: (state) => ({ nodes: { one: better() }, next: { ...start, text: state.text, score: 1 }, until: gte(state.score, 1) }) });
const soOften = loop({ state: State, start, max: 4, onMax: "last", each: (state) => ({ nodes: { one: better() }, next: state, until: not(all()) }) });
const never = loop({ state: State, start, max: 4, each: (state) => ({ nodes: { one: better() }, next: state, until: any() }) });

export default defineScore({ id: "polish", input: brief, nodes: { found, onInput, onOuter, sameState, samePart, byWork, byTurn, byState, soOften, never } });
