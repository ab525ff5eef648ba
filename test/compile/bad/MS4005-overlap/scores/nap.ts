import { defineScore, wait } from "maestro-ts";

const nap = wait({ for: "90m" });

export default defineScore({ id: "nap", nodes: { nap } });
