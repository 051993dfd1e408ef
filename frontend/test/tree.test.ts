import assert from "node:assert/strict";
import test from "node:test";
import { levels, placeOf, read, write } from "../src/rules/tree";
import { type Group, type Json, isGroup } from "../src/rules/types";

const leaf = (name: string): Json => ({ type: "trait", name, op: "gte", value: 1 });
const document = (condition: Json): Json => ({ version: 7, condition });
const written = (condition: Json): Json => write(read(document(condition))!, 7).document as Json;

test("a document, read and written, is the same", () => {
  const condition = { all: [leaf("a"), { not: { any: [leaf("b"), { not: leaf("c") }] } }, { all: [] }] };
  assert.deepEqual(written(condition), document(condition));
});

test("a leaf at the root gets a group that means the same; a not around the root is its own", () => {
  assert.deepEqual(written(leaf("a")), document({ all: [leaf("a")] }));
  assert.deepEqual(written({ not: leaf("a") }), document({ all: [{ not: leaf("a") }] }));
  assert.deepEqual(written({ not: { any: [leaf("a")] } }), document({ not: { any: [leaf("a")] } }));
});

test("two nots are none", () => {
  assert.deepEqual(written({ all: [{ not: { not: leaf("a") } }] }), document({ all: [leaf("a")] }));
});

test("what says nothing is left out, unknown leaves are kept whole", () => {
  const spelt = { type: "event", event: "Order", property: null, where: [], window: { days: 30, hours: null, skip_days: 0 }, op: "gte", value: 0 };
  assert.deepEqual(written({ all: [spelt] }), document({ all: [{ type: "event", event: "Order", window: { days: 30, skip_days: 0 }, op: "gte", value: 0 }] }));
  const odd = { type: "of tomorrow", deep: { inner: [1, 2] }, flag: false };
  assert.deepEqual(written({ any: [odd] }), document({ any: [odd] }));
});

test("what is no condition has no tree", () => {
  for (const each of [null, 3, "x", [], {}, { version: 7 }, { version: 7, condition: [] }]) assert.equal(read(each as Json), null);
});

test("a pointer leads to the part, and to the field below it", () => {
  const root = read(document({ all: [leaf("a"), { not: { any: [leaf("b")] } }] }))!;
  const { places } = write(root, 7);
  const inner = root.parts[1] as Group;
  assert.deepEqual(placeOf("/condition/all/0/value", places), { id: root.parts[0]!.id, field: "value" });
  assert.deepEqual(placeOf("/condition/all/1/not/any/0/where/0/value", places), { id: inner.parts[0]!.id, field: "where/0/value" });
  assert.deepEqual(placeOf("/condition/all/1/not", places), { id: inner.id, field: "" });
  assert.deepEqual(placeOf("/condition/all/9", places), { id: root.id, field: "all/9" });
  assert.equal(placeOf("/version", places), null);
});

// The parser's own count (marketing/conditions/parse.py): a node's depth is how many keys lead to it.
function deepest(json: Json, depth = 0): number {
  const node = json as { [name: string]: Json };
  if ("not" in node) return deepest(node.not!, depth + 1);
  const parts = (node.all ?? node.any) as Json[] | undefined;
  return parts ? Math.max(depth, ...parts.map((part) => deepest(part, depth + 1))) : depth;
}

test("levels are the parser's depth", () => {
  const conditions: Json[] = [
    { all: [] }, { all: [leaf("a")] }, { not: { all: [leaf("a")] } }, { all: [{ not: leaf("a") }, leaf("b")] },
    { all: [{ any: [{ not: { all: [{ not: leaf("a") }] } }] }] },
  ];
  for (const condition of conditions) {
    const root = read(document(condition))!;
    assert(isGroup(root));
    assert.equal(levels(root), deepest(condition), JSON.stringify(condition));
  }
});
