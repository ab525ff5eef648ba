import { defineScore, task } from "maestro-ts";
import { z } from "zod";

import second from "./second.ts";

const work = task({ input: { other: second.id }, output: z.number(), run: () => 1 });

export default defineScore({ id: "first", nodes: { work } });
