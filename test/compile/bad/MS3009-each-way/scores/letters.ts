import { artifact, defineScore, eq, gte, input, loop, map, task, text } from "maestro-ts";
import { z } from "zod";

const State = z.object({ text: z.string(), title: z.string() });
const brief = input(z.object({ title: z.string(), names: z.array(z.string()).max(9) }));
const write = () => task({ output: State, run: () => ({ text: "", title: "" }) });

const letters = map({
  over: brief.names,
  maxItems: 9,
  each: (name, index) => {
    const draft = write();
    const same = artifact({ name: "letter", value: draft.output });
    const sameText = artifact({ name: text`letter for ${brief.title}`, value: draft.output });
    const byName = artifact({ name: text`letter-${name}`, value: draft.output });
    const byIndex = artifact({ name: text`letter-${index}`, value: draft.output });
    const byWork = artifact({ name: draft.output.title, value: draft.output });
    const onlyOne = artifact({ name: "first", value: draft.output, when: eq(index, 0) });
    // The inner items share the outer one's name.
    const inner = map({
      over: brief.names,
      maxItems: 9,
      each: () => {
        const part = write();
        const shared = artifact({ name: text`part of ${name}`, value: part.output });
        return { nodes: { part, shared }, output: shared.output };
      },
    });
    return { nodes: { draft, same, sameText, byName, byIndex, byWork, onlyOne, inner }, output: same.output };
  },
});
const polished = loop({
  state: State,
  start: { text: "", title: "" },
  max: 3,
  each: (state, turn) => {
    const better = write();
    const byTitle = artifact({ name: state.title, value: better.output });
    const byTurn = artifact({ name: text`turn-${turn}`, value: better.output });
    return { nodes: { better, byTitle, byTurn }, next: { text: better.output.text, title: state.title }, until: gte(turn, 2) };
  },
});
const summary = write();
const outside = artifact({ name: "summary", value: summary.output });

export default defineScore({ id: "letters", input: brief, nodes: { letters, polished, summary, outside } });
