import { isIP } from "node:net";
import { distance } from "fastest-levenshtein";
import type { Expr } from "../../plan/index.ts";
import { addressKind } from "../../players/http/address-kind.ts";
import { isAllowedHost } from "../../players/http/is-allowed-host.ts";
import { maskCredentials } from "../../support/credentials.ts";
import type { CompiledConfig } from "../compilation.ts";
import { type GraphNode, nodeAt, readerName, sitesOf } from "../graph/score-graph.ts";
import type { GraphContext } from "./index.ts";

/** Everything up to the host, and what ends it: what follows cannot change whom the request goes to. */
const WHOLE_HOST = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#\\]+(?=[/?#])/;

/** Of another host more letters differ than of one that is misspelt. */
const MOST_SLIPS = 2;

/** MS3104: requests to hosts that the configuration does not allow, as far as the source fixes them. */
export function httpHost(context: GraphContext): void {
  const { graph, config, isConfigRead, report } = context;
  const { score } = graph;
  for (const node of graph.nodes) {
    const allows = isConfigRead ? { allowHosts: [], allowPrivate: false, ...config } : undefined;
    const wrong = addressesOf(node)
      .map((address) => whyNot(address, allows))
      .find((why) => why !== undefined);
    if (!wrong) continue;
    const declared = wrong.isListed && config && config.allowHosts.length > 0;
    report({
      code: "MS3104",
      facts: { node: readerName(node), problem: wrong.problem, next: wrong.next },
      sites: sitesOf(score, node),
      path: [node.plan.kind === "http" ? "url" : "verify"],
      ...(declared
        ? {
            others: [
              { sites: config.sites, path: ["http", "allowHosts"], label: "the hosts are allowed here" },
            ],
          }
        : {}),
      subject: `${score.id}/${node.path}`,
    });
  }
}

/** What it asks; of a task what it is verified with. */
function addressesOf(node: GraphNode): readonly string[] {
  const { plan } = node;
  if (plan.kind === "http") return [addressOf(plan.url, node) ?? []].flat();
  if (plan.kind !== "task") return [];
  return (plan.verify ?? []).flatMap((effect) =>
    effect.is === "url" && "text" in effect.at ? [effect.at.text] : [],
  );
}

/** The address, or as much of it as is sure before the score runs. */
function addressOf(url: Expr, node: GraphNode): string | undefined {
  if (url.is === "literal") return typeof url.value === "string" && url.value !== "" ? url.value : undefined;
  const text =
    url.is === "output" && url.path.length === 0 ? nodeAt(node.scope, url.node, url.up)?.plan : undefined;
  if (text?.kind !== "text") return undefined;
  const beginning = text.strings[0]!;
  if (text.values.length === 0) return beginning;
  const fixed = WHOLE_HOST.exec(beginning)?.[0];
  return fixed === undefined ? undefined : `${fixed}/`;
}

interface Wrong {
  readonly problem: string;
  readonly next: string | undefined;
  /** Is it about the list of hosts? */
  readonly isListed?: true;
}

/** @param allows what the configuration lets requests do; absent when it could not be read */
function whyNot(
  text: string,
  allows: Pick<CompiledConfig, "allowHosts" | "allowPrivate"> | undefined,
): Wrong | undefined {
  const url = URL.parse(text);
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    const isForeign = url !== null && /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
    return {
      problem: `asks "${maskCredentials(text)}", which is no address that begins with https:// or http://`,
      next: isForeign
        ? "http nodes speak nothing but HTTP: do it in a task"
        : "write the whole address: https://, the host and the path",
    };
  }
  if (url.username !== "" || url.password !== "")
    return {
      problem: `has a name or a password in its address of ${url.hostname}`,
      next: "take it out, and send it as a header whose value is a secret",
    };
  if (allows === undefined) return undefined;
  const { allowHosts: allowed, allowPrivate } = allows;
  const kind = allowPrivate ? undefined : kindOf(url.hostname);
  if (kind !== undefined)
    return {
      problem: `asks ${url.hostname}, ${kind}, which is not allowed`,
      next: "allow it in maestro.config.ts: http: { allowPrivate: true }, beside the host itself",
    };
  if (isAllowedHost(url, allowed)) return undefined;
  const guess = allowed.find((host) => !host.startsWith("*") && distance(host, url.host) <= MOST_SLIPS);
  const list =
    allowed.length > 0
      ? `the configuration allows ${allowed.join(", ")}`
      : "the configuration allows no host";
  return {
    problem: `asks ${url.host}, and ${list}`,
    next:
      guess === undefined
        ? `allow it in maestro.config.ts: http: { allowHosts: [${[...allowed, url.host].map((host) => JSON.stringify(host)).join(", ")}] }`
        : `did you mean "${guess}"?`,
    isListed: true,
  };
}

/** What an address that is not of the public internet is. Names are not looked up: only what always means this machine is known. */
function kindOf(hostname: string): string | undefined {
  const name = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (name === "localhost" || name.endsWith(".localhost")) return "a loopback address";
  return isIP(name) === 0 ? undefined : addressKind(name);
}
