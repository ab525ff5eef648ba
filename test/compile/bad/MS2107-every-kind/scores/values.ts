import { defineScore, task } from "maestro-ts";
import { z } from "zod";

const circle: { self?: object } = {};
circle.self = circle;
const work = task({ input: { day: new Date(0) as never, names: new Map() as never, deep: [{ size: 10n as never }] }, output: z.number(), run: () => 1 });
const round = task({ input: { circle: circle as never }, output: z.number(), run: () => 1 });

export default defineScore({ id: "values", nodes: { work, round } });
