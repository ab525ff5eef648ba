import { expect, test } from "vitest";
import { z } from "zod";
import { toCheck } from "../../src/define/check.ts";
import { ask } from "./ask.ts";
import { failureOf, serve } from "./outside.ts";

const SECRET = 'p&ss "w/ord" ü+1';
const secrets = new Map([["CRM_KEY", SECRET]]);

/** A server that sends back what it was sent. */
const echo = (status: number) =>
  serve((request, response) =>
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify({ url: request.url, ...request.headers, [SECRET]: [SECRET] })),
  );
const input = (host: string) => ({
  url: `http://${host}/`,
  query: { key: SECRET },
  headers: { authorization: `Basic ${Buffer.from(`ada:${SECRET}`).toString("base64")}` },
});

test("an answer that sends a secret back is an output without it", async () => {
  const server = await echo(200);

  const output = await ask(server.host, { secrets, input: input(server.host) });

  expect(server.requests[0]!.url).toBe("/?key=p%26ss+%22w%2Ford%22+%C3%BC%2B1");
  expect(output).toMatchObject({
    url: "/?key=[secret:CRM_KEY]",
    authorization: expect.stringMatching(/^Basic YWRh\w?\[secret:CRM_KEY\]=*$/),
    "[secret:CRM_KEY]": ["[secret:CRM_KEY]"],
  });
});

test("a failure that tells of a secret is told without it", async () => {
  const server = await echo(400);

  const failure = await failureOf(ask(server.host, { secrets, input: input(server.host) }));

  const told = `${failure.message} ${JSON.stringify(failure.facts)} ${failure.stack} ${failure.hint}`;
  expect(told).toContain("[secret:CRM_KEY]");
  for (const form of [
    SECRET,
    JSON.stringify(SECRET).slice(1, -1),
    encodeURIComponent(SECRET),
    "p%26ss+",
    "cCZzcyAi",
  ])
    expect(told).not.toContain(form);
});

test("a schema that does not fit is told without the secret, because it never saw it", async () => {
  const server = await serve((_request, response) => response.end(JSON.stringify({ key: SECRET })));
  const check = toCheck(
    z.object({ key: z.string().refine((key) => key === "", { error: ({ input: key }) => `not ${key}` }) }),
  );

  const failure = await failureOf(ask(server.host, { secrets, check }));

  expect(failure.message).toContain("not [secret:CRM_KEY]");
});

test("a secret that a header cannot carry is not shown in the sentence about it", async () => {
  const server = await echo(200);
  const multiline = new Map([["PEM", "first-line\nsecond-line"]]);
  const headers = { "x-key": multiline.get("PEM") };

  const failure = await failureOf(
    ask(server.host, { secrets: multiline, input: { url: `http://${server.host}/`, headers } }),
  );

  expect(failure.code).toBe("MR3031");
  expect(failure.message).not.toMatch(/first-line|second-line/);
});

test("a secret that the end of a failure's body cuts in two is not shown in part", async () => {
  const key = "k9-0123456789-abcdef";
  const server = await serve((_request, response) =>
    response.writeHead(500).end("a".repeat(2_040) + key + "b".repeat(5_000)),
  );

  const failure = await failureOf(ask(server.host, { secrets: new Map([["KEY", key]]) }));

  expect((failure.facts as { body: string }).body).toBe(`${"a".repeat(2_040)}…`);
});
