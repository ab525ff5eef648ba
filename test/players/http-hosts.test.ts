import { readFileSync } from "node:fs";
import { createServer as createHttps } from "node:https";
import tls from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { addressKind } from "../../src/players/http/address-kind.ts";
import { isAllowedHost } from "../../src/players/http/is-allowed-host.ts";
import { ask } from "./ask.ts";
import { failureOf, serve } from "./outside.ts";

const ok = () => serve((_request, response) => response.end('"here"'));

describe("a host", () => {
  test.each([
    ["https://crm.example.com/", ["crm.example.com"], true],
    ["https://CRM.example.com./", ["crm.EXAMPLE.com"], true],
    ["http://crm.example.com/", ["crm.example.com"], true],
    ["https://crm.example.com:8443/", ["crm.example.com"], false],
    ["https://crm.example.com:8443/", ["crm.example.com:8443"], true],
    ["https://crm.example.com/", ["crm.example.com:443"], true],
    ["http://crm.example.com/", ["crm.example.com:443"], false],
    ["https://a.b.example.com/", ["*.example.com"], true],
    ["https://example.com/", ["*.example.com"], false],
    ["https://badexample.com/", ["*.example.com"], false],
    ["https://example.com.evil.net/", ["example.com", "*.example.com"], false],
    ["https://a.example.com:81/", ["*.example.com:81"], true],
    ["https://bücher.example/", ["bücher.example"], true],
    ["http://[::1]:8080/", ["[::1]:8080"], true],
    ["http://2130706433/", ["127.0.0.1"], true],
    ["https://crm.example.com/", ["*", "", "https://crm.example.com", "crm.example.com/x"], false],
    ["https://crm.example.com/", [], false],
  ])("of %s against %j: %j", (url, allowHosts, isAllowed) => {
    expect(isAllowedHost(new URL(url), allowHosts)).toBe(isAllowed);
  });

  test("that is not allowed is not even looked up", async () => {
    const server = await ok();

    const failure = await failureOf(ask(server.host, { settings: { allowHosts: ["crm.example.com"] } }));

    expect(failure).toMatchObject({
      code: "MR3012",
      message: `"${server.host}" is not among the allowed hosts ("crm.example.com")`,
      hint: `if it is meant, add it in maestro.config.ts: http: { allowHosts: ["${server.host}"] }`,
    });
    expect(server.connections()).toBe(0);
  });

  test("that is unknown, or accepts no connection, is a failure that may pass", async () => {
    const unknown = await failureOf(ask("nowhere.example.com"));
    const closed = await failureOf(ask("127.0.0.1:1"));

    expect(unknown).toMatchObject({
      code: "MR3015",
      message: "GET nowhere.example.com failed: there is no host of that name",
      facts: { isTransient: true },
    });
    expect(closed).toMatchObject({
      code: "MR3015",
      message: "GET 127.0.0.1:1 failed: nothing accepts connections there",
      facts: { isTransient: true },
    });
  });
});

describe("an address", () => {
  test.each([
    ["8.8.8.8", undefined],
    ["172.32.0.1", undefined],
    ["100.128.0.1", undefined],
    ["2606:4700::1111", undefined],
    ["2001:4860:4860::8888", undefined],
    ["64:ff9b::8.8.8.8", undefined],
    ["::ffff:8.8.8.8", undefined],
    ["127.0.0.1", "a loopback address"],
    ["127.255.255.254", "a loopback address"],
    ["10.1.2.3", "a private address"],
    ["172.16.0.1", "a private address"],
    ["172.31.255.255", "a private address"],
    ["192.168.1.1", "a private address"],
    ["169.254.169.254", "a link-local address"],
    ["100.64.0.1", "an address shared inside a provider's network"],
    ["0.0.0.0", "an address of this host"],
    ["0.1.2.3", "an address of this host"],
    ["168.63.129.16", "an address of the cloud it runs in"],
    ["168.63.129.17", undefined],
    ["224.0.0.1", "a multicast address"],
    ["239.255.255.250", "a multicast address"],
    ["255.255.255.255", "a reserved address"],
    ["198.18.0.1", "a reserved address"],
    ["::1", "a loopback address"],
    ["::", "an address of this host"],
    ["fe80::1", "a link-local address"],
    ["fe80::1%eth0", "a link-local address"],
    ["fd00:ec2::254", "a private address"],
    ["fc00::1", "a private address"],
    ["ff02::1", "a multicast address"],
    ["::ffff:127.0.0.1", "a loopback address"],
    ["::ffff:7f00:1", "a loopback address"],
    ["::ffff:0:10.0.0.1", "a private address"],
    ["64:ff9b::169.254.169.254", "a link-local address"],
    ["64:ff9b:1::1", "a reserved address"],
    ["::7f00:1", "a reserved address"],
    ["2002:7f00:1::1", "a reserved address"],
    ["2001:0:1::1", "a reserved address"],
    ["2001:db8::1", "a reserved address"],
    ["100::1", "a reserved address"],
    ["what is this", "a reserved address"],
  ])("%s is %s", (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });

  test.each(["127.0.0.1", "[::1]", "0x7f.1", "2130706433", "017700000001", "[::ffff:127.0.0.1]", "0"])(
    "written as %s is looked at like any other",
    async (host) => {
      const server = await ok();
      const input = { url: `http://${host}:${server.port}/` };
      const allowHosts = [new URL(input.url).host];

      const failure = await failureOf(ask(host, { input, settings: { allowHosts, allowPrivate: false } }));

      expect(failure).toMatchObject({
        code: "MR3013",
        message: expect.stringContaining("and those are not asked"),
      });
      expect(server.connections()).toBe(0);
    },
  );

  test("that a name leads to is looked at: one private address among public ones is enough", async () => {
    const server = await ok();
    const host = `crm.example.com:${server.port}`;
    const names = { "crm.example.com": ["93.184.215.14", "127.0.0.1"] };

    const failure = await failureOf(ask(host, { names, settings: { allowPrivate: false } }));

    expect(failure).toMatchObject({
      code: "MR3013",
      message: '"crm.example.com" leads to 127.0.0.1, a loopback address, and those are not asked',
      hint: "if it is meant, say so in maestro.config.ts: http: { allowPrivate: true }",
    });
    expect(server.connections()).toBe(0);
  });

  test("is the one that was looked at: the name is not looked up a second time", async () => {
    const server = await ok();

    // No resolver knows this name: the connection can only go where the first lookup led.
    const value = await ask(`rebinding.invalid:${server.port}`, {
      names: { "rebinding.invalid": ["127.0.0.1"] },
    });

    expect(value).toBe("here");
    expect(server.requests[0]!.headers.host).toBe(`rebinding.invalid:${server.port}`);
  });

  test("of a name is that of this machine's resolver when nothing else is said", async () => {
    const { httpWorld } = await import("../../src/players/http/world.ts");

    const addresses = (await httpWorld.lookup("localhost")).map(({ address }) => address);

    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) expect(addressKind(address)).toBe("a loopback address");
  });
});

describe("over https", () => {
  const key = readFileSync(new URL("fixtures/tls-key.pem", import.meta.url));
  const cert = readFileSync(new URL("fixtures/tls-cert.pem", import.meta.url), "utf8");
  const secure = () =>
    serve((_request, response) => response.end('"here"'), ((listener: never) =>
      createHttps({ key, cert }, listener)) as never);
  const input = (name: string, port: number) => ({ input: { url: `https://${name}:${port}/` } });

  test("a certificate that nobody trusts ends the attempt, and trying again does not help", async () => {
    const { port } = await secure();
    const names = { "crm.example.com": ["127.0.0.1"] };

    const failure = await failureOf(
      ask(`crm.example.com:${port}`, { ...input("crm.example.com", port), names }),
    );

    expect(failure).toMatchObject({
      message: `GET crm.example.com:${port} failed: its certificate is signed by itself alone`,
      facts: { isTransient: false },
    });
  });

  test("the certificate is that of the name, and the connection goes to the address that was looked at", async () => {
    const { port, requests } = await secure();
    const trusted = tls.getCACertificates("default");
    tls.setDefaultCACertificates([...trusted, cert]);
    onTestFinished(() => tls.setDefaultCACertificates(trusted));
    const names = { "crm.example.com": ["127.0.0.1"], "other.example.com": ["127.0.0.1"] };

    const value = await ask(`crm.example.com:${port}`, { ...input("crm.example.com", port), names });
    const failure = await failureOf(
      ask(`other.example.com:${port}`, { ...input("other.example.com", port), names }),
    );

    expect(value).toBe("here");
    expect(requests).toHaveLength(1);
    expect(failure.message).toContain("its certificate is another host's");
  });
});
