import { defineScore, input, score, shell, text } from "maestro-ts";
import { z } from "zod";
import inner from "./inner.ts";

const brief = input(z.object({ name: z.string() }));
const [name, timeout] = [brief.name, "1m"] as const;

const bash = shell({ command: ["/bin/bash", "-euc", text`echo ${name}`], timeout });
const wrapped = shell({ command: ["env", "sh", "-c", name, "--", name], timeout });
const python = shell({ command: ["python3", "-c", text`print("${name}")`], timeout });
const node = shell({ command: ["node", "--eval", text`console.log("${name}")`, name], timeout });
const cmd = shell({ command: ["CMD.EXE", "/c", "echo", name], timeout });
const power = shell({ command: ["pwsh", "-NoProfile", "-Command", name], timeout });
// Arguments are no code: nothing is said.
const safe = shell({ command: ["git", "log", name], timeout });
const file = shell({ command: ["python3", "report.py", "-c", name], timeout });
const piped = shell({ command: ["bash", "-o", "pipefail", "-c", text`cat ${name} | wc`], timeout });
const argument = shell({ command: ["sh", "-c", 'echo "$1"', "sh", name], timeout });
// What another score gives is what it was given.
const played = score(inner, { input: { text: name, fixed: "main" } });
const given = shell({ script: text`git checkout ${played.output.text} ${played.output.fixed}`, timeout });

export default defineScore({ id: "programs", input: brief, nodes: { bash, wrapped, python, node, piped, cmd, power, safe, file, argument, played, given } });
