import { defineScore, task, wait } from "maestro-ts";
import { z } from "zod";

const run = () => ({ sent: 1 });
const first = task({ output: z.object({ sent: z.number() }), run });
const pause = wait({ for: "2h", after: [first] });
const second = task({ output: z.object({ sent: z.number() }), run, after: [pause] });

export default defineScore({ id: "reminders", nodes: { first, pause, second } });
