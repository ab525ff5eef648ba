import { defineScore, http, input, map, text } from "maestro-ts";
import { z } from "zod";

const response = z.object({ id: z.string() });
const given = input(z.object({ id: z.string(), host: z.string(), url: z.url(), ids: z.array(z.string()).max(5) }));

const misspelt = http({ url: "https://crm.exmaple.com/leads", response });
const other = http({ url: text`https://api.example.net/leads/${given.id}`, response });
const bare = http({ url: "https://example.org/leads", response });
const relative = http({ url: "/leads", response });
const file = http({ url: text`ftp://crm.example.com/${given.id}`, response });
const named = http({ url: "https://ada:password@crm.example.com/", response });
const local = http({ url: "http://localhost:3000/leads", response });
const metadata = http({ url: text`http://169.254.169.254/latest/${given.id}`, response });
const each = map({ over: given.ids, maxItems: 5, each: (id) => http({ url: text`https://crm.example.com.evil.example/${id}`, response }) });

const port = http({ url: text`https://CRM.example.com:8443/leads/${given.id}?a=1`, response });

const allowed = http({ url: text`https://CRM.example.com:443/leads/${given.id}?a=1`, response });
const listed = http({ url: "http://crm.example.com:8080/leads", response });
const below = http({ url: "https://a.b.example.org/leads", response });
const whole = http({ url: given.url, response });
const open = http({ url: text`https://${given.host}/leads`, response });
const suffix = http({ url: text`https://other.example.com${given.host}`, response });

export default defineScore({
  id: "asking",
  input: given,
  nodes: { misspelt, other, bare, relative, file, named, local, metadata, each, allowed, below, whole, open, port, listed, suffix },
});
