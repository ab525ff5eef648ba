import { expect, test } from "vitest";
import { anchorsOf, headingText, Slugger } from "../../scores/lib/markdown-anchors.ts";

const slug = (text: string) => new Slugger().slug(text);

test.each([
  ["Hello World", "hello-world"],
  ["What's new?", "whats-new"],
  ["a - b", "a---b"],
  ["snake_case & co.", "snake_case--co"],
  ["Über Größe", "über-größe"],
  ["日本語 です", "日本語-です"],
  ["🚀 Start", "-start"],
  ["1.2.3", "123"],
  ["C++ / C#", "c--c"],
  ["tab\tbed", "tabbed"],
])("%j becomes #%s, as on GitHub", (heading, anchor) => {
  expect(slug(heading)).toBe(anchor);
});

test("the same heading again gets a number, and never one that is taken", () => {
  const slugger = new Slugger();

  expect(["a", "a", "a-1", "a", "constructor"].map((text) => slugger.slug(text))).toEqual([
    "a",
    "a-1",
    "a-1-1",
    "a-2",
    "constructor",
  ]);
});

test.each([
  ["`run()` and *more*", "run() and *more*"],
  ["[a link](b.md) ![an image](c.png)", "a link"],
  ["_one_ and snake_case and __two__", "one and snake_case and two"],
  ["`__dirname`", "__dirname"],
  ["a <b>b</b> &amp; c \\_d\\_", "a b & c _d_"],
])("the heading %j reads %j", (markdown, text) => {
  expect(headingText(markdown)).toBe(text);
});

test("headings with #, with underlines and in HTML have anchors", () => {
  const markdown =
    "# One #\n\nTwo\n===\n\nThree\nlines\n---\n\n<h2 align='center'>Four</h2>\n\n> ## Five\n\n- ### Six\n";

  expect([...anchorsOf(markdown)]).toEqual(["one", "two", "three-lines", "four", "five", "six"]);
});

test("what only looks like a heading has no anchor", () => {
  const markdown =
    "#hashtag\n\n```\n# code\n```\n\n    # code\n\n<!-- # comment -->\n\n---\n\n| a |\n---\n\n- item\n---\n\n####### seven\n";

  expect([...anchorsOf(markdown)]).toEqual([]);
});

test("anchors that HTML names count as they are written", () => {
  const markdown = '<a name="Here"></a> <div class="x" id=\'there\'>\n\n`<a id="code">`';

  expect([...anchorsOf(markdown)]).toEqual(["Here", "there"]);
});

test("numbers of equal headings follow the order of the file, HTML or not", () => {
  expect([...anchorsOf("<h1>A</h1>\n\n# A\n\n# B\n")]).toEqual(["a", "a-1", "b"]);
});
