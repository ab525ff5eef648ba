import { argv, exit, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { allFaults } from "./all-faults.ts";
import type { Finder } from "./fault.ts";
import { findFault } from "./try-fault.ts";

const HELP = `Makes each of a list of mistakes in a copy of the engine and the store, and demands that the test named for it fails.

  npm run test:faults                    all of them
  npm run test:faults -- --only timer    those whose name has this word
  npm run test:faults -- --json          one line of JSON

Exit code 1 when a fault was not found, or when what is to find it fails without a fault.
`;

/** Of what a seed says. */
const LONGEST = 160;

const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    only: { type: "string", default: "" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  stdout.write(HELP);
  exit(0);
}
const faults = allFaults.filter(({ name }) => name.includes(values.only));
if (faults.length === 0) {
  stderr.write(`No fault's name has "${values.only}".\n`);
  exit(2);
}
exit(await main());

async function main(): Promise<number> {
  const missed: string[] = [];
  const rows: { readonly fault: string; readonly found: string | undefined }[] = [];
  for (const fault of faults) {
    const found = await findFault(fault.foundBy, fault);
    rows.push({ fault: fault.name, found });
    if (found === undefined) missed.push(fault.name);
    if (!values.json)
      stdout.write(
        `${found === undefined ? "MISSED" : "found "}  ${fault.name}\n        ${found?.slice(0, LONGEST) ?? ""}\n`,
      );
  }
  // A test that fails always finds everything.
  const wrong: string[] = [];
  const finders = new Map<string, Finder>(faults.map(({ foundBy }) => [JSON.stringify(foundBy), foundBy]));
  for (const [what, finder] of finders) if ((await findFault(finder)) !== undefined) wrong.push(what);
  if (values.json) stdout.write(`${JSON.stringify({ faults: rows, missed, wrong })}\n`);
  else stdout.write(`${faults.length - missed.length} of ${faults.length} faults found\n`);
  for (const what of wrong) stderr.write(`This fails without a fault: ${what}\n`);
  return missed.length + wrong.length > 0 ? 1 : 0;
}
