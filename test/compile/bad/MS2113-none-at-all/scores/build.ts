import { defineScore, shell } from "maestro-ts";

const built = shell({ command: ["make"], timeout: "1m", resources: { cpu: 4 } });

export default defineScore({ id: "build", nodes: { built }, output: built.output.exitCode });
