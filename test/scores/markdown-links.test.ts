import { describe, expect, test } from "vitest";
import { linksOf } from "../../scores/lib/markdown-links.ts";
import { toProse } from "../../scores/lib/markdown-prose.ts";

const targets = (markdown: string) => linksOf(markdown).map((link) => link.target);

describe("finding links", () => {
  test.each<[string, string, string[]]>([
    ["an inline link", "[a](b.md)", ["b.md"]],
    ["a title in any quotes", "[a](b.md \"t\") [a](c.md 't') [a](d.md (t))", ["b.md", "c.md", "d.md"]],
    ["a title with a parenthesis", '[a](b.md "t (x) \\" y")', ["b.md"]],
    ["an image", "![a](b.png)", ["b.png"]],
    ["an image inside a link", "[![a](b.png)](c.md)", ["b.png", "c.md"]],
    ["spaces in angle brackets", "[a](<my file.md>)", ["my file.md"]],
    ["spaces that are encoded", "[a](my%20file.md)", ["my%20file.md"]],
    ["parentheses in the target", "[a](b_(c).md)", ["b_(c).md"]],
    ["escaped characters in the target", "[a](b\\_c\\).md)", ["b_c).md"]],
    ["brackets in the text", "[a [b] \\] c](d.md)", ["d.md"]],
    ["code in the text", "[`a](x)`](d.md)", ["d.md"]],
    ["text over two lines", "[a\nb](c.md)", ["c.md"]],
    ["space around the target", "[a]( b.md ) [a](\nc.md\n)", ["b.md", "c.md"]],
    [
      "escaped characters in angle brackets and titles",
      "[a](<b\\>c.md>) [a](d.md 't\\'t')",
      ["b>c.md", "d.md"],
    ],
    [
      "sources of sound and pictures",
      "<video src='a.mp4'><audio src='b.mp3'><source src='c.webm'>",
      ["a.mp4", "b.mp3", "c.webm"],
    ],
    ["no target", "[a]()", [""]],
    ["a definition", '[a][x]\n\n[x]: b.md "t"', ["b.md"]],
    ["a definition in angle brackets", "[X y]: <b c.md>\n\n[a][x  Y]", ["b c.md"]],
    ["a definition with the target on the next line", "[x]:\n  b.md\n\n[x]", ["b.md"]],
    ["a definition in a quote", "> [x]: b.md", ["b.md"]],
    ["an address in angle brackets", "<https://a.example/b>", ["https://a.example/b"]],
    [
      "a bare address, without the sentence's punctuation",
      "(See https://a.example/b_(c)).",
      ["https://a.example/b_(c)"],
    ],
    ["an address as text of a link", "[https://a.example](b.md)", ["https://a.example", "b.md"]],
    ["HTML", '<a class="x"\n href="b.md?x=1&amp;y">a</a> <img src=\'c.png\'>', ["b.md?x=1&y", "c.png"]],
    ["a link in a list and a table", "- [a](b.md)\n\n| [a](c.md) |\n| --- |", ["b.md", "c.md"]],
    ["a link in a list item's paragraph, indented by four", "1. a\n\n    [a](b.md)", ["b.md"]],
  ])("%s", (_what, markdown, expected) => {
    expect(targets(markdown)).toEqual(expected);
  });

  test.each([
    ["an escaped link", "\\[a](b.md)"],
    ["a text in brackets with an aside", "[a] (b.md)"],
    ["an aside in parentheses", "[a](see below)"],
    ["brackets in different paragraphs", "[a\n\nb](c.md)"],
    ["a footnote", "a[^1]\n\n[^1]: b.md"],
    ["two footnotes side by side", "a [^1][^2]"],
    ["an index into a list", "list[0][1]"],
    ["a task list", "- [ ] a\n- [x] b"],
    ["a code span", "`[a](b.md)` and ``[a](`c.md`)``"],
    ["a code span over two lines", "`[a]\n(b.md) [c](d.md)`"],
    ["a fenced block", "```md\n[a](b.md)\n```"],
    ["a fenced block of tildes with a fence in it", "~~~\n```\n[a](b.md)\n~~~"],
    ["a longer fence around a shorter one", "````\n```\n[a](b.md)\n```\n[a](c.md)\n````"],
    ["a fence that never closes", "```\n[a](b.md)"],
    ["a fence in a list", "- a\n\n      ```\n      [a](b.md)\n      ```"],
    ["a fence in a quote", "> ```\n> [a](b.md)\n> ```"],
    ["an indented block", "a\n\n    [a](b.md)\n\n    [a](c.md)"],
    ["a comment", "a <!-- [a](b.md)\n\n[a](c.md) --> b"],
    ["a comment of its own lines with a fence in it", "<!--\n```\n[a](b.md)\n-->"],
    ["a fenced block of tildes", "~~~\n[a](b.md)\n~~~"],
    ["a fence of tildes in a quote", "> ~~~\n> [a](b.md)\n> ~~~"],
    ["a block that is indented by a tab", "a\n\n\t[a](b.md)"],
    ["a block that is indented at the top", "    [a](b.md)"],
    ["front matter", "---\nlink: '[a](b.md)'\n---\n"],
  ])("%s holds no link", (_what, markdown) => {
    expect(linksOf(markdown)).toEqual([]);
  });

  test.each([
    ["a fence", "```\nx\n```\n[a](b.md)"],
    ["a quoted fence that ends with its quote", "> ```\n\n[a](b.md)"],
    ["a comment", "<!-- x -->\n[a](b.md)"],
    ["a backtick without a partner", "a ` b\n\n[a](b.md)"],
    ["an escaped backtick", "\\`[a](b.md)\\`"],
    ["a fence of tildes around another", "~~~\n```\n~~~\n[a](b.md)"],
    ["a quoted fence", "> ~~~\n> x\n> ~~~\n> [a](b.md)"],
    ["a comment with a fence in it", "<!--\n```\n-->\n[a](b.md)"],
    ["a fence with a comment in it", "```\n<!--\n```\n[a](b.md)"],
    ["a code span of three backticks", "```x``` [a](b.md)"],
    ["front matter", "---\na: b\n---\n[a](b.md)"],
    ["a paragraph of a list item", "- a\n\n  b\n\n      [a](b.md)"],
    ["a code span that shows a comment", "`<!--` [a](b.md)"],
    ["a list", "- a\n\nb\n\n[a](b.md)"],
  ])("links are found again after %s", (_what, markdown) => {
    expect(targets(markdown)).toEqual(["b.md"]);
  });

  test("a target with spaces is a problem of its own", () => {
    expect(linksOf("[a](my file.md)")).toEqual([
      {
        target: "my file.md",
        line: 1,
        problem: "a target with spaces is no link: write %20 for each, or put it in <…>",
      },
    ]);
  });

  test("a label that is defined nowhere is a problem, in any of its two forms", () => {
    const links = linksOf("[a][x] [Y][] [z][]\n\n[z]: b.md");

    expect(links.map((link) => [link.target, link.problem])).toEqual([
      ["[x]", "the label [x] is defined nowhere in this file"],
      ["[y]", "the label [y] is defined nowhere in this file"],
      ["b.md", undefined],
    ]);
  });

  test("lines are counted from 1, whatever the line ends and the code between", () => {
    const markdown = "---\r\na: b\r\n---\r\n# A\r\n\r\n```\r\nx\r\n```\r\n[a](b.md)\r\n[a\r\nb](c.md)\r\n";

    expect(linksOf(markdown)).toEqual([
      { target: "b.md", line: 9 },
      { target: "c.md", line: 11 },
    ]);
  });

  test("what is blanked keeps every offset", () => {
    const markdown = "a `b` <!-- c\n--> d\n\n```\ne\n```\n";

    const { text, plain } = toProse(markdown);

    expect(text).toBe("a `b`       \n    d\n\n   \n \n   \n");
    expect(plain).toBe("a           \n    d\n\n   \n \n   \n");
  });

  test("brackets nested a thousand deep are read", () => {
    const markdown = `${"[".repeat(1_000)}x${"](y".repeat(1_000)}\n\n[a](b.md)`;

    expect(targets(markdown)).toEqual(["b.md"]);
  });
});
