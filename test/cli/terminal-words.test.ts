import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { main } from "../../src/cli/main.ts";
import { artifact, checkpoint, defineScore, input, optional, task } from "../../src/index.ts";
import { serveControl } from "../../src/services/serve-control.ts";
import { openHall } from "../engine/hall.ts";
import { fakeIo } from "./fake-io.ts";
import { makeCliWorkspace } from "./workspace.ts";

/** All that a text could tell a terminal: to clear itself, to fill the clipboard, to begin a line, to turn the writing. */
const EVIL = "odd\u001b[2J\u001b]52;c;QUFB\u0007\u202e\r\nFAKE\u009b31m\u0000\u2066\u001b[31mend";
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const COLORS = /\u001b\[(?:1|2|22|3[12346]|39)m/g;
const CONFIG = `import { defineConfig } from "maestro-ts";

export default defineConfig({ store: { file: ".maestro/m.db" } });
`;

const throws = ({ log }: { log: (message: string, data?: unknown) => void }): { n: number } => {
  log(EVIL, { [EVIL]: EVIL });
  throw Object.assign(new Error(EVIL), { name: EVIL });
};
const failing = { input: {}, output: z.object({ n: z.number() }), run: throws };
const lost = task({ ...failing, onFailure: "skip" });
const written = task({ input: {}, output: z.string(), run: () => `Dear Ada,\n${EVIL}` });
const letter = artifact({ name: EVIL, value: written.output });
const plain = artifact({ name: "plain", value: written.output });
const review = checkpoint({
  title: EVIL,
  show: written.output,
  assignee: EVIL,
  decision: z.object({ why: z.string() }),
  timeout: "1d",
  onTimeout: "reject",
});
const given = input(z.object({ odd: z.string() }));
const stands = defineScore({
  id: "stands",
  title: EVIL,
  input: given,
  nodes: { lost, letter, plain, written, review },
  output: { odd: given.odd, n: optional(lost.output.n), why: review.output.why, written: written.output },
});
const broken = task(failing);
const falls = defineScore({ id: "falls", nodes: { broken }, output: broken.output });

/** A workspace whose store is owned by this process, and what commands in it write, with and without colours. */
async function openOwner() {
  const workspace = makeCliWorkspace({ "maestro.config.ts": CONFIG, ".maestro/none": "" });
  const hall = await openHall(workspace.path(".maestro"));
  const server = await serveControl(workspace.path(".maestro/m.db"), {
    ...hall,
    clock: { now: Date.now },
    isHost: false,
    playableOf: () => Promise.reject(new Error("nothing goes on here")),
  });
  onTestFinished(() => server?.close());
  const maestro = async (
    words: readonly string[],
    has: { hasColor?: boolean; isTerminal?: boolean } = {},
  ) => {
    const said: string[] = [];
    const io = fakeIo(workspace.root, { warn: (line) => said.push(line), ...has });
    await main(words, io);
    return io.written.join("") + said.join("\n");
  };
  return { ...hall, maestro };
}

test("no word of a run is obeyed by a terminal, or begins a line, whatever command shows it", async () => {
  const { start, resume, maestro } = await openOwner();
  const failed = await start(falls);
  await failed.ending;
  const waiting = await start(stands, { odd: EVIL });
  await waiting.ending;
  const decided = await start(stands, { odd: EVIL });
  await decided.ending;
  const resumed = await resume(stands, decided.id);
  expect(await resumed.decide("review", { value: { why: EVIL }, by: EVIL })).toBe(true);
  expect(await resumed.ending).toMatchObject({ is: "completed" });

  const asked = [
    ["runs"],
    ...[failed, waiting, decided].flatMap(({ id }) => [
      ["runs", "show", id],
      ["logs", id],
      ["artifacts", id],
      ["cancel", id],
      ["approve", id, "nobody"],
    ]),
    ["artifacts", decided.id, "plain"],
    ["checkpoints"],
    ["learnings"],
    ["costs"],
  ];
  for (const words of asked)
    for (const has of [{}, { hasColor: true, isTerminal: true }]) {
      if (words.length === 3 && words[0] === "artifacts" && !("isTerminal" in has)) continue;
      const text = await maestro(words, has);

      expect(text, words.join(" ")).not.toMatch(/^$|MR2032/);
      const shown = "hasColor" in has ? text.replaceAll(COLORS, "") : text;
      expect(OBEYED.exec(shown)?.[0], `${words.join(" ")}: ${JSON.stringify(shown)}`).toBeUndefined();
      if (words.length < 3 || words[0] !== "artifacts") expect(shown).not.toMatch(/^FAKE/m);
    }

  const shown = await maestro(["runs", "show", failed.id]);
  expect(shown).toContain(
    String.raw`step "broken": odd\u001b[2J\u001b]52;c;QUFB\u0007\u202e\r\nFAKE\u009b31m`,
  );
  expect(JSON.parse(await maestro(["runs", "show", failed.id, "--json"])).error.message).toBe(
    `${EVIL}: ${EVIL}`,
  );
  // What goes on to a program or a file is what was kept.
  expect(await maestro(["artifacts", decided.id, "plain"])).toBe(`Dear Ada,\n${EVIL}\n`);
});
