import { BlockList, isIPv4 } from "node:net";

/** IPv4 that is not of the public internet, by the registry of special-purpose addresses (RFC 6890 and its updates). */
const RANGES: readonly (readonly [kind: string, ...ranges: string[]])[] = [
  ["a loopback address", "127.0.0.0/8"],
  ["a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
  ["a link-local address", "169.254.0.0/16"],
  ["an address shared inside a provider's network", "100.64.0.0/10"],
  ["a multicast address", "224.0.0.0/4"],
  ["an address of this host", "0.0.0.0/8"],
  // Public by the registry, but inside Azure it is the machine's host, which tells settings and certificates.
  ["an address of the cloud it runs in", "168.63.129.16/32"],
  [
    "a reserved address",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "240.0.0.0/4",
  ],
];
const LISTS = RANGES.map(([kind, ...ranges]) => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address, bits] = range.split("/") as [string, string];
    list.addSubnet(address, Number(bits), "ipv4");
  }
  return { kind, list };
});

/**
 * What kind of address it is, `a loopback address`; `undefined` for one of the public internet.
 * An IPv6 address that stands for an IPv4 address is what that is.
 */
export function addressKind(address: string): string | undefined {
  if (isIPv4(address)) return LISTS.find(({ list }) => list.check(address, "ipv4"))?.kind;
  const groups = toGroups(address);
  if (!groups) return "a reserved address";
  const inner = translated(groups);
  if (inner !== undefined) return addressKind(inner);
  return kindOfGroups(groups);
}

function kindOfGroups(groups: readonly number[]): string | undefined {
  const [first, second] = groups as [number, number];
  if (groups.slice(0, 7).every((group) => group === 0))
    return groups[7] === 1 ? "a loopback address" : "an address of this host";
  if ((first & 0xfe00) === 0xfc00) return "a private address";
  if ((first & 0xffc0) === 0xfe80 || (first & 0xffc0) === 0xfec0) return "a link-local address";
  if ((first & 0xff00) === 0xff00) return "a multicast address";
  // Only 2000::/3 is public; of it, not protocol assignments with Teredo (2001::/23), examples and 6to4.
  const isSpecial =
    (first === 0x2001 && (second < 0x200 || second === 0xdb8)) ||
    first === 0x2002 ||
    (first === 0x3fff && second < 0x1000);
  return (first & 0xe000) !== 0x2000 || isSpecial ? "a reserved address" : undefined;
}

/** The IPv4 address inside `::ffff:0:0/96` (mapped), `::ffff:0:0:0/96` and `64:ff9b::/96` (translated). */
function translated(groups: readonly number[]): string | undefined {
  const prefix = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(":");
  if (!["0:0:0:0:0:ffff", "0:0:0:0:ffff:0", "64:ff9b:0:0:0:0"].includes(prefix)) return undefined;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join(".");
}

/** The eight groups of an IPv6 address, however it is written. */
function toGroups(address: string): number[] | undefined {
  const canonical = URL.parse(`http://[${address.replace(/%.*$/, "")}]/`)?.hostname.slice(1, -1);
  if (canonical === undefined) return undefined;
  const [before, after] = canonical.split("::").map((half) => half.split(":").filter(Boolean)) as [
    string[],
    string[]?,
  ];
  const missing = Array<string>(8 - before.length - (after?.length ?? 0)).fill("0");
  return [...before, ...missing, ...(after ?? [])].map((group) => Number.parseInt(group, 16));
}
