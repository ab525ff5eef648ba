import { CODES } from "../../src/players/models/gates/exercises.ts";
import { sample } from "../../src/players/understudies/sample.ts";
import type { Asked, Reply } from "./model-server.ts";

/** Answers as a model does that can do all that it is asked in `maestro models test`. */
export function goodModel({ body: { model, messages, tools, response_format: form } }: Asked): Reply {
  if (tools) {
    const said = JSON.stringify(messages.at(-1)!.content);
    const [code, word] = CODES.find(([one]) => JSON.stringify(messages).includes(one))!;
    return messages.at(-1)!.role === "tool" && said.includes(word)
      ? { says: { word } }
      : { calls: [{ tool: "look_up", with: { code } }] };
  }
  return { says: form ? sample(form.json_schema!.schema as never, model) : "ready" };
}
