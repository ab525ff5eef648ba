import { expect, test } from "vitest";
import { ALL_ODD_VALUES, expectedOf } from "../engine/odd-values.ts";
import { ask } from "./ask.ts";
import { serve } from "./outside.ts";

/** Every odd value that can be an output, as others read it. */
const values = ALL_ODD_VALUES.flatMap((odd) => {
  const expected = expectedOf(odd);
  return expected === "refused" ? [] : [{ name: odd.name, value: expected.value }];
});

test("any value is sent as the body of a request as it is, and a text as text", async () => {
  const server = await serve((_request, response) => response.end());
  const url = `http://${server.host}/`;
  for (const { value } of values)
    await ask(server.host, { node: { method: "POST" }, input: { url, body: value } });

  for (const [i, { name, value }] of values.entries()) {
    const { body, headers } = server.requests[i]!;
    const isText = typeof value === "string";
    expect(headers["content-type"], name).toBe(isText ? "text/plain;charset=utf-8" : "application/json");
    // Half a character cannot be sent as UTF-8.
    const wanted = isText ? value.toWellFormed() : JSON.stringify(value);
    expect(body === wanted, name).toBe(true);
  }
});

test("any value comes back from an answer as its JSON says, but for prototypes and what is nested too deep", async () => {
  let next = 0;
  const server = await serve((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(values[next]!.value));
  });
  for (const { name, value } of values) {
    const came = await ask(server.host).catch((error: { code: string }) => error.code);

    const isDeep = / 500 deep$/.test(name);
    const wanted = name === "an own __proto__" ? { a: {} } : isDeep ? "MR3032" : value;
    expect(JSON.stringify(came) === JSON.stringify(wanted), name).toBe(true);
    expect((Object.prototype as { polluted?: unknown }).polluted).toBeUndefined();
    next++;
  }
});
