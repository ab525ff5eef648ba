import { createServer } from "node:http";
import {
  type AddressInfo,
  createServer as createSocketServer,
  isIP,
  type LookupFunction,
  type Server,
  Socket,
} from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { addressKind } from "../../src/players/http/address-kind.ts";
import { ask } from "./ask.ts";
import { IMPOSSIBLE_URLS, LOOKALIKE_URLS, PRIVATE_URLS } from "./fixtures/ssrf-urls.ts";
import { failureOf } from "./outside.ts";

/** Where these tests play, this one address is the public internet. */
const PUBLIC = "127.0.0.3";
const kindOf = (address: string) => (address === PUBLIC ? undefined : addressKind(address));
/** The only name among the private urls; every other host of theirs is an address. */
const LOCALHOST = { localhost: ["127.0.0.1", "::1"], "localhost.": ["127.0.0.1"] };
const STATUSES = [301, 302, 303, 307, 308];

/** Listens on every address of this machine, IPv4 and IPv6; whoever comes is counted. */
let inside: Server;
let connections = 0;
const open = new Set<Socket>();
/** The addresses that a connection was tried to, without that of the public internet. */
const tried: string[] = [];
let isInsideMeant = false;

/** Node's way of connecting, which leads nowhere but to the servers of these tests, whatever is broken. */
const connect = Socket.prototype.connect;
function connectHere(this: Socket, ...args: unknown[]): Socket {
  const [options] = args.flat() as [{ host: string; lookup: LookupFunction }];
  const { host, lookup } = options;
  if (isIP(host) !== 0)
    return mayReach(host) ? connect.apply(this, args as never) : this.destroy(new Error());
  options.lookup = (name, how, done) =>
    lookup(name, how, (error, found, family) => {
      const addresses = Array.isArray(found) ? found.map(({ address }) => address) : [found];
      done(addresses.every(mayReach) ? error : new Error(), found, family);
    });
  return connect.apply(this, args as never);
}

function mayReach(address: string): boolean {
  if (address === PUBLIC || isInsideMeant) return true;
  tried.push(address);
  return false;
}

function expectNobodyCame() {
  expect(tried).toEqual([]);
  expect(connections).toBe(0);
}

beforeAll(async () => {
  Socket.prototype.connect = connectHere as typeof connect;
  inside = createSocketServer((socket) => {
    connections++;
    open.add(socket.on("error", () => undefined));
    socket.once("data", () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n"inside"'));
  });
  await new Promise<void>((resolve) => inside.listen(0, "::", resolve));
});
afterAll(() => {
  Socket.prototype.connect = connect;
  for (const socket of open) socket.destroy();
  inside.close();
});
beforeEach(() => {
  connections = 0;
  tried.length = 0;
});

const port = () => (inside.address() as AddressInfo).port;
const here = (text: string) => text.replaceAll("PORT", String(port()));
const privateUrls = PRIVATE_URLS.flatMap(([, ...urls]) => urls);

/** The entry that allows the host of `url`. */
const allowing = (url: string) => new URL(url).host.replace(/\.(?=:|$)/, "");

/** What is asked of every url: quick to give up, should a connection be tried after all. */
const settings = (...allowHosts: string[]) => ({ allowHosts, allowPrivate: false });
const limits = { connectMs: 2_000 };

/** A server of the public internet that answers as `location` and `status` say, or with what `body` holds. */
async function outside(answer: { status: number; headers?: Record<string, string>; body?: string }) {
  const server = createServer((_request, response) => {
    for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
    response.writeHead(answer.status).end(answer.body ?? "moved");
  });
  await new Promise<void>((resolve) => server.listen(0, PUBLIC, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${PUBLIC}:${(server.address() as AddressInfo).port}`;
}

/** As servers write it: header values are bytes, and these are UTF-8. */
function asHeader(text: string): string {
  return Buffer.from(text.replace(/[\t\n]/g, "")).toString("latin1");
}

test("the listener hears whoever is let through, on IPv4 and on IPv6", async () => {
  isInsideMeant = true;
  onTestFinished(() => {
    isInsideMeant = false;
  });
  for (const host of ["127.0.0.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]) {
    const input = { url: here(`http://${host}:PORT/`) };

    const value = await ask(host, {
      input,
      settings: { allowHosts: [new URL(input.url).host], allowPrivate: true },
    });

    expect(value, host).toBe("inside");
  }
  expect(connections).toBe(5);
});

describe("no address of this machine or its networks is asked", () => {
  test.each(PRIVATE_URLS)("that is written as %s", async (_group, ...urls) => {
    for (const url of urls.map(here)) {
      const allowHosts = [allowing(url)];

      const failure = await failureOf(
        ask("", {
          input: { url },
          settings: settings(...allowHosts),
          limits,
          names: LOCALHOST,
        }),
      );

      expect(failure.code, url).toBe("MR3013");
    }
    expectNobodyCame();
  });

  test("that a redirect leads to, whatever its status", async () => {
    // `http:127.0.0.1` is a path of the host that says it.
    const urls = privateUrls.filter((url) => !/^http:[/\\]?[^/\\]/.test(url));
    for (const [i, url] of urls.map(here).entries()) {
      const status = STATUSES[i % STATUSES.length]!;
      const from = await outside({ status, headers: { location: asHeader(url) } });

      const failure = await failureOf(
        ask(from, {
          settings: settings(from, allowing(url)),
          limits,
          addressKind: kindOf,
          names: LOCALHOST,
        }),
      );

      expect(failure.code, `${status} to ${url}`).toBe("MR3013");
    }
    expectNobodyCame();
  });

  test("that a name leads to, alone or beside a public one", async () => {
    const hosts = [...new Set(privateUrls.map((url) => new URL(here(url)).hostname.replace(/^\[|\]$/g, "")))];
    const addresses = hosts.filter((host) => !host.startsWith("localhost"));
    for (const address of [...addresses, "::1%lo", "fe80::1%eth0", "FE80::1", "::FFFF:127.0.0.1"]) {
      for (const list of [[address], [PUBLIC, address], [address, PUBLIC]]) {
        const host = here("crm.example.com:PORT");

        const failure = await failureOf(
          ask(host, {
            names: { "crm.example.com": list },
            settings: settings(host),
            limits,
            addressKind: kindOf,
          }),
        );

        expect(failure.code, list.join()).toBe("MR3013");
      }
    }
    expectNobodyCame();
  });

  test("in ways of writing a relative redirect that leave the host", async () => {
    const locations = [
      "//127.0.0.1:PORT/",
      "///127.0.0.1:PORT/",
      "////127.0.0.1:PORT/",
      "\\\\127.0.0.1:PORT/",
      "/\\127.0.0.1:PORT/",
      "\\/127.0.0.1:PORT/",
      "//①②⑦.⓪.⓪.①:PORT/",
      "http:\\\\127.0.0.1:PORT/",
      "http:////127.0.0.1:PORT/",
      " http://127.0.0.1:PORT/ ",
      "//crm.example.com\\@127.0.0.1:PORT/../..//127.0.0.1:PORT/",
    ];
    for (const location of locations.map(here)) {
      const from = await outside({ status: 302, headers: { location: asHeader(location) } });

      const failure = await failureOf(
        ask(from, {
          settings: settings(from, here("127.0.0.1:PORT"), "crm.example.com"),
          limits,
          addressKind: kindOf,
          names: { "crm.example.com": ["127.0.0.1"] },
        }),
      );

      expect(failure.code, location).toBe("MR3013");
    }
    expectNobodyCame();
  });
});

test("a url that is no http address, or holds a user, is not asked, at first or as a redirect", async () => {
  for (const url of IMPOSSIBLE_URLS.map(here)) {
    const allowed = settings(here("127.0.0.1:PORT"), here("[::1]:PORT"), "127.0.0.1", "crm.example.com");

    const failure = await failureOf(ask("", { input: { url }, settings: allowed, limits }));

    expect(failure.code, url).toBe("MR3031");
    expect(failure.message, url).not.toContain("secret");
  }
  // What is no address of its own is relative, and stays with the host that says it.
  for (const location of IMPOSSIBLE_URLS.filter((url) => /^[\w+-]+:/.test(url) && URL.canParse(here(url)))) {
    const from = await outside({ status: 302, headers: { location: asHeader(here(location)) } });

    const failure = await failureOf(
      ask(from, { settings: settings(from, here("127.0.0.1:PORT")), limits, addressKind: kindOf }),
    );

    expect(failure.code, location).toBe("MR3031");
  }
  expectNobodyCame();
});

test("a host that only looks like an allowed one is neither looked up nor asked, at first or as a redirect", async () => {
  let lookups = 0;
  const lookup = async () => {
    lookups++;
    return [{ address: "127.0.0.1", family: 4 }];
  };
  for (const [url, ...allowHosts] of LOOKALIKE_URLS.map((row) => row.map(here))) {
    const from = await outside({ status: 307, headers: { location: asHeader(url!) } });
    const allowed = { allowHosts: allowHosts, allowPrivate: true };

    const first = await failureOf(ask("", { input: { url }, settings: allowed, limits, lookup }));
    const second = await failureOf(
      ask(from, { settings: { ...allowed, allowHosts: [from, ...allowHosts] }, limits, lookup }),
    );

    expect(first.code, url).toBe("MR3012");
    expect(second.code, url).toBe("MR3012");
  }
  expect(lookups).toBe(0);
  expectNobodyCame();
});

describe("a name that leads elsewhere every time it is looked up", () => {
  test("is looked up once for a request, which goes to what was found then", async () => {
    const from = await outside({ status: 200, body: '"outside"' });
    const host = from.replace(PUBLIC, "rebinding.example.com");
    const answers = [PUBLIC, "127.0.0.1", "::1"];
    let lookups = 0;
    const lookup = async () => [{ address: answers[lookups++] ?? "127.0.0.1", family: 4 }];

    const value = await ask(host, { settings: settings(host), limits, addressKind: kindOf, lookup });

    expect(value).toBe("outside");
    expect(lookups).toBe(1);
    expectNobodyCame();
  });

  test("is looked at again when a redirect comes back to it, and again for the next attempt", async () => {
    const host = here("rebinding.example.com:PORT");
    const from = await outside({ status: 302, headers: { location: `http://${host}/` } });
    const answers = [PUBLIC, "127.0.0.1"];
    const lookup = async (name: string) => {
      const address = name === "rebinding.example.com" ? answers[1]! : PUBLIC;
      return [{ address, family: 4 }];
    };

    const redirected = await failureOf(
      ask(from, { settings: settings(from, host), limits, addressKind: kindOf, lookup }),
    );
    const again = await failureOf(
      ask(host, { settings: settings(host), limits, addressKind: kindOf, lookup }),
    );

    expect([redirected.code, again.code]).toEqual(["MR3013", "MR3013"]);
    expectNobodyCame();
  });
});

test("what is no redirect is not followed: other statuses, other headers, pages that ask for it", async () => {
  const to = here("http://127.0.0.1:PORT/");
  const answers = [
    ...[300, 304, 305, 306, 399].map((status) => ({ status, headers: { location: to } })),
    { status: 200, headers: { location: to, refresh: `0; url=${to}`, "content-location": to } },
    { status: 200, headers: { link: `<${to}>; rel=preload`, "alt-svc": `h2="127.0.0.1:${port()}"` } },
    { status: 200, body: `<meta http-equiv="refresh" content="0; url=${to}"><script src="${to}"></script>` },
    { status: 302 },
  ];
  for (const answer of answers) {
    const from = await outside(answer);
    const asking = ask(from, { settings: settings(from, new URL(to).host), limits, addressKind: kindOf });

    const came = await asking.then(
      () => 200,
      (error: { facts: { status: number } }) => error.facts.status,
    );

    expect(came).toBe(answer.status);
  }
  expectNobodyCame();
});

test("a chain of redirects is looked at to its end, and a circle of them is left", async () => {
  const to = here("http://127.0.0.1:PORT/");
  let next = to;
  const allowed = [new URL(to).host];
  for (let hop = 0; hop < 5; hop++) {
    const host = await outside({ status: STATUSES[hop]!, headers: { location: next } });
    allowed.push(host);
    next = `http://${host}/`;
  }
  const circle = await outside({ status: 302, headers: { location: "/again" } });

  const chained = await failureOf(
    ask("", { input: { url: next }, settings: settings(...allowed), limits, addressKind: kindOf }),
  );
  const around = await failureOf(ask(circle, { settings: settings(circle), limits, addressKind: kindOf }));

  expect(chained.code).toBe("MR3013");
  expect(around.message).toContain("it redirects more than 5 times");
  expectNobodyCame();
});

test("the corpus has more than a hundred urls, no two the same", () => {
  const all = [...privateUrls, ...IMPOSSIBLE_URLS, ...LOOKALIKE_URLS.map((row) => row.join(" "))];

  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(100);
  console.log(
    `ssrf: ${all.length} urls (${privateUrls.length} private, each also as a redirect and by name; ${IMPOSSIBLE_URLS.length} impossible; ${LOOKALIKE_URLS.length} lookalike): 0 connections`,
  );
});
