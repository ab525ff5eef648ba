import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { defineScore, task } from "maestro-ts";
import { z } from "zod";
import { stamp } from "./lib/stamp.ts";

const home = process.env.HOME;
const key = process.env["API-KEY"] ?? "";
const whole = { ...process.env };
const { PATH } = process.env;
const isSet = "CI" in process.env;
const began = Date.now();
const today = new Date();
const told = Date();
const epoch = new Date(0);
const dice = Math.random();
const many = Array.from({ length: 3 }, Math.random);
const id = randomUUID() + crypto.randomUUID();
const bytes = crypto.getRandomValues(new Uint8Array(2));
const elapsed = performance.now();
const text = existsSync("notes.md") ? readFileSync("notes.md", "utf8") : "";
const names = await readdir(".");
const answer = await fetch("http://127.0.0.1:9/").catch(() => undefined);
const written = stamp() + stamp();

const show = task({
  output: z.string(),
  run: () => `${process.env.HOME}${Date.now()}${Math.random()}`,
});

export default defineScore({
  id: "impure",
  title: [home, key, whole, PATH, isSet, began, today, told, epoch, dice, many, id, bytes, elapsed].length.toString(),
  nodes: { show },
  output: { text: show.output, with: [text, names.length > 0, answer === undefined, written.length] },
});
