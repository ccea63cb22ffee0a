// The device's guard: the same cases as the server's, and the family's own names.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { finds, replaced } from "../../../web/assets/js/chat/guard.js";

const cases = JSON.parse(readFileSync(new URL("../guard_cases.json", import.meta.url), "utf8"));

for (const { text, finds: wanted } of cases) {
  test(`finds in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(finds(text).map((f) => [text.slice(f.start, f.end), f.kind]), wanted);
  });
}

const found = (text, names) => finds(text, names).map((f) => text.slice(f.start, f.end));

test("names are found as whole words in any case, the longest first, also as an owner", () => {
  const names = ["Emil", "Emil Holst Berg", "Ida-Marie", "Øjvind"];
  assert.deepEqual(found("Emil Holst Berg er glad. emils bror", names), ["Emil Holst Berg", "emil"]);
  assert.deepEqual(found("IDA-MARIE og øjvind", names), ["IDA-MARIE", "øjvind"]);
  assert.deepEqual(found("Emilie og Emilio", names), []);
  assert.deepEqual(found("Hvad med (Emil)?", names), ["Emil"]);
});

test("a name with signs that mean something in a pattern is only a name", () => {
  assert.deepEqual(found("Se a.b her", ["a.b"]), ["a.b"]);
  assert.deepEqual(found("Se axb her", ["a.b", "(", "["]), []);
});

test("a name becomes initials, the rest what the page says", () => {
  const text = "Møde om Emil Holst Berg, 010118-0000.";
  assert.equal(replaced(text, finds(text, ["Emil Holst Berg"]), "[fjernet]"), "Møde om E.H.B., [fjernet].");
});
