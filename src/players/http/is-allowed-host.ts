import { domainToASCII } from "node:url";

/** A name, an IPv4 address or an IPv6 address in brackets; a port. */
const ENTRY = /^(\*\.)?(\[[^\]]+\]|[^:*/?#@\s]+)(?::(\d+))?$/;

/**
 * Does the list allow the host of `url`? `example.com` allows that name at the usual port of http or https,
 * `*.example.com` every name below it and not itself, `example.com:8080` that port alone.
 */
export function isAllowedHost(url: URL, allowHosts: readonly string[]): boolean {
  const host = url.hostname.replace(/\.$/, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return allowHosts.some((entry) => {
    const [, wildcard, name, wantedPort] = ENTRY.exec(entry.trim()) ?? [];
    if (name === undefined) return false;
    if (wantedPort === undefined ? url.port !== "" : wantedPort !== port) return false;
    const wanted = name.startsWith("[") ? name.toLowerCase() : domainToASCII(name);
    if (wanted === "") return false;
    return wildcard ? host.endsWith(`.${wanted}`) : host === wanted;
  });
}
