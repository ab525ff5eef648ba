import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { type Editing, edit, insert, type Typing, typingOf } from "../../src/tui/edit-text.ts";

const CHARACTERS = ["a", " ", "\n", "é", "e\u0301", "日", "👩‍👩‍👧", "🇩🇪", "\u200d", "👍🏽"];
const text = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 12 }).map((all) => all.join(""));
const charactersOf = (all: string) => [...new Intl.Segmenter().segment(all)].map(({ segment }) => segment);
const cut = ({ text, cursor }: Typing) => [text.slice(0, cursor), text.slice(cursor)];

test.each<[keys: readonly (Editing | { readonly type: string })[], left: string, right: string]>([
  [["left", "left", { type: "X" }], "fouX", "nd"],
  [["home", { type: "X" }], "X", "found"],
  [["home", "left", "delete"], "", "ound"],
  [["home", "right", "right", "backspace"], "f", "und"],
  [["home", "end", "right", "delete", { type: "er" }], "founder", ""],
])("%j in the text found", (keys, left, right) => {
  const typed = keys.reduce<Typing>(
    (was, key) => (typeof key === "string" ? edit(was, key) : insert(was, key.type)),
    typingOf("found"),
  );

  expect(cut(typed)).toEqual([left, right]);
});

property.prop([text])("the cursor moves by what is seen as one character, and never into one", (all) => {
  const characters = charactersOf(all);
  let typing = edit(typingOf(all), "home");
  for (let i = 0; i <= characters.length; i++) {
    expect(cut(typing)[0]).toBe(characters.slice(0, i).join(""));
    typing = edit(typing, "right");
  }
  expect(typing).toEqual(typingOf(all));
});

property.prop([text, text])(
  "what was typed is taken away again from both sides, as one typed it",
  (left, right) => {
    // What joins two characters at the cursor makes them one.
    fc.pre(
      charactersOf(left + right).join("|") === [...charactersOf(left), ...charactersOf(right)].join("|"),
    );
    let typing: Typing = { text: left + right, cursor: left.length };

    for (const _ of charactersOf(left)) typing = edit(typing, "backspace");
    expect(cut(typing)).toEqual(["", right]);
    for (const _ of charactersOf(right)) typing = edit(typing, "delete");
    expect(typing).toEqual(typingOf(""));
  },
);
