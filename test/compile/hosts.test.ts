import { expect, test } from "vitest";
import { isAllowedHost } from "../../src/support/is-allowed-host.ts";
import { isPrivateHost } from "../../src/support/is-private-host.ts";

test.each([
  ["crm.example.com", "crm.example.com", true],
  ["CRM.example.com", "crm.Example.com", true],
  ["a.example.com", "*.example.com", true],
  ["a.b.example.com", "*.example.com", true],
  ["example.com", "*.example.com", false],
  ["badexample.com", "*.example.com", false],
  ["example.com.evil.example", "example.com", false],
  ["crm.example.com", "example.com", false],
])("%s where %s is allowed: %s", (host, allowed, expected) => {
  expect(isAllowedHost(host, ["other.example.net", allowed])).toBe(expected);
});

test.each([
  "http://localhost:3000",
  "http://LOCALHOST./",
  "http://app.localhost",
  "http://127.0.0.1",
  "http://127.1",
  "http://2130706433",
  "http://0x7f.1",
  "http://0.0.0.0",
  "http://10.1.2.3",
  "http://172.31.255.255",
  "http://192.168.0.1",
  "http://169.254.169.254",
  "http://[::1]",
  "http://[::ffff:127.0.0.1]",
  "http://[fd00::1]",
  "http://[fe80::1]",
])("%s is an address of this machine or its network", (url) => {
  expect(isPrivateHost(new URL(url).hostname)).toBe(true);
});

test.each([
  "http://example.com",
  "http://8.8.8.8",
  "http://172.32.0.1",
  "http://[2001:4860:4860::8888]",
  "http://localhost.example.com",
])("%s is not", (url) => {
  expect(isPrivateHost(new URL(url).hostname)).toBe(false);
});
