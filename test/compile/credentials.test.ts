import { describe, expect, test } from "vitest";
import { toPretty } from "../../src/diagnostics/print/pretty.ts";
import { covered, findCredentials, maskCredentials } from "../../src/support/credentials.ts";
import { finding } from "../diagnostics/finding.ts";

/** Put together here, so that no file of this repository holds what looks like a real one. */
const MIXED = "q7Rz2LmW9xKp4VtB8nYc3HsD6fGj5QaE1uTo0PiZ";
const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString("base64url");
const CLAIMS = Buffer.from('{"sub":"ada","exp":1799999999}').toString("base64url");

describe("what has the shape of a credential is found", () => {
  test.each([
    ["an API key of OpenAI", `sk-proj-${MIXED}`],
    ["an API key of OpenAI", `sk-${MIXED}`],
    ["an API key of Anthropic", `sk-ant-api03-${MIXED}`],
    ["a token of GitHub", `ghp_${MIXED.slice(0, 36)}`],
    ["a token of GitHub", `github_pat_11A${MIXED}_${MIXED}`],
    ["an access key of AWS", `AKIA${"Q7RZ2LMW9XKP4VTB"}`],
    ["a secret key of AWS", `aws_secret_access_key = ${MIXED}`],
    ["an API key of Google", `AIza${MIXED.slice(0, 35)}`],
    ["a token of Slack", `xoxb-${"2718281828"}-${MIXED.slice(0, 24)}`],
    ["a live key of Stripe", `sk_live_${MIXED.slice(0, 24)}`],
    ["a private key", `-----BEGIN ${"PRIVATE"} KEY-----\n${MIXED}\n${MIXED}\n-----END ${"PRIVATE"} KEY-----`],
    ["a private key", `"-----BEGIN RSA ${"PRIVATE"} KEY-----\\n${MIXED}\\n${MIXED}"`],
    ["a signed token (JWT)", `${HEADER}.${CLAIMS}.${MIXED}`],
    ["a bearer token", `Bearer ${MIXED.slice(0, 24)}`],
    ["an address with a password", "postgres://orders:Tr0ub4dor@db.example.com/orders"],
  ])("%s", (what, text) => {
    const around = `{ "a": ${JSON.stringify("x")}, b: ${text} }`;

    const found = findCredentials(around);

    expect(found.map((one) => one.what)).toEqual([what]);
    const { from, to } = found[0]!;
    expect(text).toContain(around.slice(from, to));
    const masked = maskCredentials(around);
    expect(masked).toHaveLength(around.length);
    expect(masked).not.toContain(around.slice(from + 4, to));
    expect(findCredentials(masked)).toEqual([]);
  });
});

test.each([
  "sk-...",
  "sk-test-example",
  "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "sk-your-key-goes-here-Please-1",
  "sk-learn-pipeline-classification-model-2",
  "<token>",
  "Bearer <token>",
  "Bearer YOUR_ACCESS_TOKEN_GOES_HERE",
  "Bearer token",
  "`Bearer ${secrets.API_TOKEN_OF_PRODUCTION_1}`",
  "AKIAIOSFODNN7EXAMPLE",
  "ghp_0000000000000000000000000000000000000000",
  "0b6f3d1e-7c7a-4f0e-9d52-3f7f5f0f7a11",
  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "run_019f2c3b7a1e7c7a8f0e9d523f7f5f0f",
  "postgres://postgres:postgres@localhost/app",
  "postgres://user:password@localhost/app",
  "https://<user>:<password>@example.com",
  "`postgres://${user}:${password}@${host}/app`",
  "https://example.com/a:b@c",
  "Never print -----BEGIN PRIVATE KEY----- or what follows it.",
  "eyJhbGciOiJIUzI1NiJ9",
  "https://github.com/a/b/commit/da39a3ee5e6b4b0d3255bfef95601890afd80709",
])("%s is no credential", (text) => {
  expect(findCredentials(text)).toEqual([]);
});

test("a frame shows no credential, whatever the finding beside it is about", () => {
  const source = `const a = 1;\nconst key = "sk-proj-${MIXED}";\nconst pem = \`-----BEGIN ${"PRIVATE"} KEY-----\n${MIXED}\n${MIXED}\n-----END ${"PRIVATE"} KEY-----\`;\n`;

  const text = [1, 3, 4].map((line) =>
    toPretty(finding({ at: { file: "a.ts", line, column: 1 } }), { source: () => source, color: false }),
  );

  expect(text.join("\n")).toContain("sk-p****");
  expect(text.join("\n")).not.toContain(MIXED.slice(0, 12));
});

test("a covered secret shows four characters and keeps its lines", () => {
  expect(covered("abcdef\ngh")).toBe("abcd**\n**");
});
