import type { ServerResponse } from "node:http";
import type { Random } from "../sim/random.ts";

/** What a model gives that is no letter: `{ "letter": string, "words": integer }`. */
export interface BadOutput {
  readonly kind: Kind;
  /** The tokens that it says it took. */
  readonly tokens: number;
  send(response: ServerResponse): void;
}

export const KINDS = [
  "fenced",
  "truncated",
  "NUL",
  "refusal",
  "wrong types",
  "tool-call soup",
  "half a stream",
  "wrong JSON",
  "empty",
  "huge",
] as const;
type Kind = (typeof KINDS)[number];

const LETTER = '{"letter":"Dear Ada, thank you for the engine","words":8}';
const REFUSALS = [
  "I'm sorry, but I can't help with that.",
  "As a model I cannot write letters.",
  "No.",
  "🙅",
];
const LARGE = 64 * 1024;

/** The same for the same numbers. */
export function badOutput(kind: Kind, random: Random): BadOutput {
  const tokens = 1 + random.below(500);
  const send = (parts: readonly Part[]) => (response: ServerResponse) => stream(response, parts, tokens);
  switch (kind) {
    case "fenced": {
      const language = random.pick(["", "json", "JSON", "typescript"]);
      const inside = random.pick([LETTER.slice(0, -3), '{"letter":7,"words":8}', "Dear Ada", ""]);
      const fence = `\`\`\`${language}\n${inside}\n\`\`\``;
      return {
        kind,
        tokens,
        send: send([{ text: random.pick([fence, `Here it is:\n${fence}\nGood luck!`]) }]),
      };
    }
    case "truncated": {
      const text = LETTER.slice(0, 1 + random.below(LETTER.length - 1));
      return { kind, tokens, send: send([{ text }, { finish: random.pick(["stop", "length"]) }]) };
    }
    case "NUL": {
      const at = random.below(LETTER.length);
      const odd = random.pick(["\0", "\u0001\u0002", "\u{FFFF}", "\u202e\0", "\0".repeat(50)]);
      return {
        kind,
        tokens,
        send: send([{ text: `${LETTER.slice(0, at)}${odd}\0${LETTER.slice(at + 2)}` }]),
      };
    }
    case "refusal": {
      const text = random.pick(REFUSALS);
      const parts = random.pick<readonly Part[]>([
        [{ text }],
        [{ delta: { refusal: text } }],
        [{ text: LETTER }, { finish: "content_filter" }],
      ]);
      return { kind, tokens, send: send(parts) };
    }
    case "wrong types": {
      const value = random.pick<unknown>([
        { letter: 7, words: 8 },
        { letter: "Dear Ada", words: "two" },
        { letter: "Dear Ada", words: 1.5 },
        { letter: null, words: null },
        { words: 8 },
        [LETTER],
        "Dear Ada",
        12,
        null,
        { letter: { letter: "Dear Ada", words: 2 } },
        { __proto__: { letter: "x" }, constructor: 1, words: Number.MAX_VALUE },
      ]);
      return { kind, tokens, send: send([{ text: JSON.stringify(value) }]) };
    }
    case "tool-call soup":
      return { kind, tokens, send: send(soup(random)) };
    case "half a stream": {
      const text = LETTER.slice(0, random.below(LETTER.length));
      return { kind, tokens: 0, send: send([{ text }, { cut: true }]) };
    }
    case "wrong JSON": {
      const raw = random.pick([
        "data: {not json}\n\n",
        'data: {"choices":"none"}\n\n',
        "data: []\n\n",
        'data: {"error":{"message":"overloaded","type":"server_error"}}\n\n',
        "<html>502 Bad Gateway</html>",
        'data: {"choices":[{"index":0,"delta":{"content":{"letter":1}}}]}\n\n',
      ]);
      return { kind, tokens: 0, send: send([{ raw }]) };
    }
    case "empty": {
      const parts = random.pick<readonly Part[]>([[], [{ text: "" }], [{ text: " \n\t" }], [{ delta: {} }]]);
      return { kind, tokens, send: send(parts) };
    }
    case "huge": {
      const length = LARGE * (1 + random.below(4));
      const text = random.pick(["x".repeat(length), `{"letter":"${"y".repeat(length)}"`, "[".repeat(length)]);
      return { kind, tokens, send: send([{ text }]) };
    }
    default:
      return kind satisfies never;
  }
}

type Part =
  | { readonly text: string }
  | { readonly delta: object }
  | { readonly finish: string }
  | { readonly raw: string }
  | { readonly cut: true };

/** Calls of tools that nobody has, with arguments that are none. */
function soup(random: Random): Part[] {
  const names = ["delete_all", "", "look up", "functions.look_up", "__proto__"];
  const given = ["{}", '{"a":', "null", "[]", '{"name":{"name":{"name":1}}}', "\0"];
  const calls = Array.from({ length: 1 + random.below(4) }, (_, index) => ({
    delta: {
      tool_calls: [
        {
          index: random.pick([index, index, 0]),
          id: random.pick([`call_${index}`, "call_0"]),
          type: "function",
          function: { name: random.pick(names), arguments: random.pick(given) },
        },
      ],
    },
  }));
  return [...calls, { finish: random.pick(["tool_calls", "stop"]) }];
}

function stream(response: ServerResponse, parts: readonly Part[], tokens: number): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const event = (data: object) =>
    response.write(
      `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "llama", ...data })}\n\n`,
    );
  const choice = (delta: object, finish: string | null = null) =>
    event({ choices: [{ index: 0, delta, finish_reason: finish }] });
  choice({ role: "assistant", content: "" });
  let finish = "stop";
  for (const part of parts) {
    if ("cut" in part) return void response.write(":", () => response.destroy());
    if ("raw" in part) return void response.end(part.raw);
    if ("text" in part) choice({ content: part.text });
    else if ("delta" in part) choice(part.delta);
    else finish = part.finish;
  }
  choice({}, finish);
  event({ choices: [], usage: { prompt_tokens: 0, completion_tokens: tokens, total_tokens: tokens } });
  response.end("data: [DONE]\n\n");
}
