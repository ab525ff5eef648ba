import { agent, checkpoint, eq, defineAgent, defineScore, derive, http, input, loop, map, oneOf, shell, task, text } from "maestro-ts";
import { z } from "zod";

const brief = input(
  z.object({ range: z.string(), count: z.int(), mode: z.enum(["fast", "slow"]), tag: z.string().regex(/^v[0-9.]+$/), files: z.array(z.string()) }),
);
const writer = defineAgent({
  id: "writer",
  model: "local/llama",
  instructions: "You write shell scripts.",
  input: z.object({ range: z.string() }),
  output: z.object({ script: z.string(), title: z.string(), level: z.int() }),
});

// Typed so that no text of others fits in: nothing is said.
const checked = shell({ script: text`git log -n ${brief.count} --${brief.mode} ${brief.tag}`, timeout: "1m" });
const direct = shell({ script: text`git log ${brief.range} | head -n ${brief.count}`, timeout: "1m" });
const quoted = shell({ script: 'git log "$RANGE"', env: { RANGE: brief.range }, timeout: "1m" });
const release = http({ url: "https://api.example.com/latest", response: z.object({ name: z.string(), size: z.int() }), timeout: "9s" });
const name = text`release ${release.output.name}`;
const through = shell({ script: text`echo "${name}" ${release.output.size}`, timeout: "1m" });
const printed = shell({ script: text`wc -l ${direct.output.stdout} ${direct.output.exitCode}`, timeout: "1m" });
const written = agent(writer, { input: { range: brief.range }, timeout: "1m" });
const whole = shell({ script: written.output.script, timeout: "1m" });
const level = shell({ script: text`make level-${written.output.level}`, timeout: "1m" });
const either = shell({ script: text`echo ${oneOf(written.output.title, "none")}`, timeout: "1m" });
const computed = shell({ script: text`echo ${derive([brief.range], (range) => range.trim())}`, timeout: "1m" });
const cleaned = task({ input: { range: brief.range }, output: z.object({ range: z.string() }), run: ({ input }) => ({ range: JSON.stringify(input.range) }) });
const answered = shell({ script: text`git log ${cleaned.output.range}`, timeout: "1m" });
const each = map({
  over: brief.files,
  maxItems: 9,
  each: (file, index) => shell({ script: text`wc -l ${file} # ${index}`, timeout: "1m" }),
});
const turns = loop({
  state: z.object({ done: z.boolean(), note: z.string(), mine: z.string() }),
  start: { done: false, note: written.output.title, mine: "x" },
  max: 3,
  each: (state) => {
    const step = shell({ script: text`echo ${state.note} ${state.mine} ${state.done}`, timeout: "1m" });
    return { nodes: { step }, next: { done: true, note: "next", mine: state.mine }, until: eq(state.done, true) };
  },
});
const ask = checkpoint({ title: "Run it?", show: { script: written.output.script }, decision: z.object({ yes: z.boolean() }), timeout: "1h", onTimeout: "reject" });
// A person has read exactly this.
const approved = shell({ script: written.output.script, after: [ask], timeout: "1m" });
const unseen = shell({ script: text`echo ${written.output.title}`, after: [ask], timeout: "1m" });

export default defineScore({
  id: "scripts",
  input: brief,
  nodes: { checked, direct, quoted, release, through, printed, written, whole, level, either, computed, cleaned, answered, each, turns, ask, approved, unseen },
  onError: (failure) => shell({ script: text`notify "${failure.message}" ${failure.step}`, timeout: "1m" }),
});
