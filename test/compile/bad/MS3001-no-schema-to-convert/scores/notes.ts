import { asJson, defineScore, input } from "maestro-ts";
import { z } from "zod";

const file = input(z.object({ text: z.string() }));
const facts = asJson(file.text, { title: "string" } as never);

export default defineScore({ id: "notes", input: file, nodes: { facts }, output: facts });
