import { defineScore, http, input, secret, shell, task, text } from "maestro-ts";
import { z } from "zod";
import { book } from "./lib/book.ts";

const given = input(z.object({ token: z.string() }));
const DATABASE = "postgres://orders:NnFRIBXuDL7Dxt@db.example.com/orders";

const leads = http({
  url: "https://crm.example.com/leads",
  headers: { authorization: "Bearer KLzdocJ2isAjIhKtJ0RlgLKOmxgJTeKd", "x-id": "0b6f3d1e-7c7a-4f0e-9d52-3f7f5f0f7a11" },
  body: { token: "sk-...", other: "<token>", hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
  response: z.object({ id: z.string() }),
});
const dump = shell({ command: ["pg_dump", "-f", "out.sql"], env: { DATABASE_URL: DATABASE, KEY: "sk-" + "proj-4Qwb8DwkNhFdnXsiVpzz63FfkCzJr4i0B3JrTAwR" } });
const asked = http({
  url: "https://crm.example.com/all",
  headers: { authorization: text`Bearer SwMFLZDe1f8rESQedUStPKR0CsTy${given.token}`, other: text`Bearer ${secret("CRM_KEY")}` },
  response: z.object({ id: z.string() }),
});
const booked = task(book, { input: { id: "sk-test-example-of-a-key-1234", note: "token ghp_u8jzPde0IgxLd6GncfBAepfJBd0Kh8oOOL8d" } });
const inline = task({ output: z.object({ ok: z.boolean() }), run: () => ({ ok: "ghp_u8jzPde0IgxLd6GncfBAepfJBd0Kh8oOOL8d" !== "" }) });

export default defineScore({ id: "orders", input: given, nodes: { leads, dump, asked, booked, inline } });
