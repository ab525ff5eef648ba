import type { ModelMessage } from "ai";
import { expect, test } from "vitest";
import { Conversation } from "../../src/players/models/conversation.ts";
import { toAnswerForm } from "../../src/players/models/read-answer.ts";

/** A model that says these, and what is written down of it, each time together. */
function converse(replies: readonly { readonly text: string; readonly finish: string }[]) {
  const written: (readonly ModelMessage[])[] = [];
  let asked = 0;
  const ask = async () => {
    const { text, finish } = replies[asked++]!;
    const parts = [
      { type: "text-delta", id: "0", delta: text },
      { type: "finish", finishReason: { unified: finish } },
    ];
    return (async function* () {
      yield* parts;
    })();
  };
  const conversation = new Conversation({
    agent: { id: "writer", plan: { model: "local/m" }, code: { tools: [] } },
    call: {
      memory: {
        messages: [],
        tools: new Map(),
        say: async (messages: readonly ModelMessage[]) => void written.push(messages),
      },
      signal: new AbortController().signal,
      onText: () => {},
    },
    clean: (value: unknown) => value,
    instructions: "",
    input: {},
    form: toAnswerForm({ type: "string" }),
  } as never);
  const answering = conversation.answer({ name: "local/m", model: { ask } as never });
  return { answering, written };
}

test("an answer that was cut off is written down with what is said to it, never alone", async () => {
  const { answering, written } = converse([
    { text: "Dear A", finish: "length" },
    { text: "Dear Ada", finish: "stop" },
  ]);

  expect(await answering).toBe("Dear Ada");
  expect(written.map((together) => together.map(({ role }) => role))).toEqual([
    ["assistant", "user"],
    ["assistant"],
  ]);
});
