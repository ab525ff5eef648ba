import { expect, test } from "vitest";
import { toGithubCommand, toGithubNotice } from "../../src/diagnostics/print/github.ts";
import { finding } from "./finding.ts";

test("a finding is one workflow command with its place, its code as title, and the hint under its message", () => {
  expect(toGithubCommand(finding({ message: "It is wrong." }))).toBe(
    "::error file=scores/cold-leads.ts,line=14,col=23,endLine=14,endColumn=28,title=MS2102 unknown-field::" +
      'It is wrong.%0Ahint: did you mean "quality"?',
  );
});

test("a warning and an info are GitHub's warning and notice", () => {
  const { at: _, hint: __, ...bare } = finding({ message: "Hm." });

  expect(toGithubCommand({ ...bare, severity: "warning" })).toBe("::warning title=MS2102 unknown-field::Hm.");
  expect(toGithubCommand({ ...bare, severity: "info" })).toBe("::notice title=MS2102 unknown-field::Hm.");
});

test("columns are left out for a stretch of several lines, because the runner refuses them there", () => {
  const at = { file: "a.ts", line: 2, column: 3, endLine: 5, endColumn: 1 };

  expect(toGithubCommand(finding({ at }))).toMatch(/^::error file=a\.ts,line=2,endLine=5,title=/);
});

test("a place without an end is annotated at its point", () => {
  const at = { file: "a.ts", line: 2, column: 3 };

  expect(toGithubCommand(finding({ at }))).toMatch(/^::error file=a\.ts,line=2,col=3,endLine=2,title=/);
});

test("other places stand under the message", () => {
  const others = [{ file: "b.ts", line: 3, column: 1, label: "the other is here" }];

  expect(toGithubCommand(finding({ others, message: "Two." }))).toContain(
    "::Two.%0Ab.ts:3:1  the other is here%0Ahint: ",
  );
});

test("a file name that holds commas, colons, percent signs and line breaks stays one property", () => {
  const at = { file: "a,line=1:b%0A::c\r\n.ts", line: 1, column: 1 };

  expect(toGithubCommand(finding({ at, message: "Hm." }))).toMatch(
    /^::error file=a%2Cline=1%3Ab%250A%3A%3Ac%0D%0A\.ts,line=1,col=1,/,
  );
});

test("a message can end neither its line nor its command", () => {
  const command = toGithubCommand(finding({ message: "50% off\r\n::set-output name=a::b, c%0A" }));

  expect(command).toContain("::50%25 off%0D%0A::set-output name=a::b, c%250A%0A");
  expect(command).not.toMatch(/[\r\n]/);
});

test("files are named from the repository's root, where the workspace is a folder of it", () => {
  const others = [{ file: "b.ts", line: 3, column: 1, label: "the other is here" }];

  const command = toGithubCommand(finding({ others }), "apps/mail/");

  expect(command).toContain("::error file=apps/mail/scores/cold-leads.ts,line=14,");
  expect(command).toContain("%0Aapps/mail/b.ts:3:1  the other is here");
});

test("a remark is a notice, and cannot end its line either", () => {
  expect(toGithubNotice("maestro validate", "50% left\nout")).toBe(
    "::notice title=maestro validate::50%25 left%0Aout",
  );
});
