import assert from "node:assert/strict";
import test from "node:test";
import { append, depthOf, drop, duplicate, find, fitsIn, move, neighbour, position, remove } from "../src/rules/moves";
import { group, leaf, levels, write } from "../src/rules/tree";
import { type Group, type Part, isGroup } from "../src/rules/types";

// Names instead of ids: a tree is written as "a (b c) d".
const made = (name: string) => leaf(name, {});
function shape(part: Part): string {
  if (!isGroup(part)) return part.type;
  return `(${part.parts.map(shape).join(" ")})`;
}
const idOf = (root: Group, name: string): number => {
  const visit = (part: Part): number[] =>
    isGroup(part) ? part.parts.flatMap(visit) : part.type === name ? [part.id] : [];
  return visit(root)[0]!;
};
const fits = fitsIn(5);
const sample = () => group([made("a"), group([made("b"), made("c")], "any"), made("d")]);

test("a step goes past a leaf, into a group, through it and out of it", () => {
  let root = sample();
  const seen = [shape(root)];
  for (let next = move(root, idOf(root, "a"), 1, fits); next; next = move(root, idOf(root, "a"), 1, fits)) seen.push(shape((root = next)));
  assert.deepEqual(seen, ["(a (b c) d)", "((a b c) d)", "((b a c) d)", "((b c a) d)", "((b c) a d)", "((b c) d a)"]);
  for (let next = move(root, idOf(root, "a"), -1, fits); next; next = move(root, idOf(root, "a"), -1, fits)) seen.push(shape((root = next)));
  assert.deepEqual(seen.slice(5), seen.slice(0, 6).reverse());
});

test("a group too deep for what moves is passed, not entered", () => {
  const root = group([group([group([group([made("x")])])]), group([made("y")])]);
  const first = root.parts[0]!;
  assert.equal(levels(root), 4);
  const moved = move(root, first.id, 1, fitsIn(4))!;
  assert.equal(shape(moved), "((y) (((x))))");
  assert.equal(shape(move(root, first.id, 1, fitsIn(5))!), "(((((x))) y))");
});

test("nothing is lost or doubled, wherever it is dropped", () => {
  const names = (root: Group) => shape(root).match(/\w/g)!.sort().join("");
  const root = sample();
  const ids: number[] = [];
  const visit = (part: Part): void => {
    ids.push(part.id);
    if (isGroup(part)) part.parts.forEach(visit);
  };
  visit(root);
  for (const id of ids) for (const target of ids) for (const where of ["before", "after", "into"] as const) {
    if (where === "into" && !isGroup(find(root, target)!.part)) continue;
    const moved = drop(root, id, target, where);
    if (moved) assert.equal(names(moved), "abcd", `${id} ${where} ${target}`);
  }
  const inner = root.parts[1] as Group;
  assert.equal(drop(root, inner.id, inner.parts[0]!.id, "before"), null, "a group cannot stand in itself");
  assert.equal(shape(drop(root, idOf(root, "d"), inner.id, "into")!), "(a (b c d))");
  assert.equal(shape(drop(root, idOf(root, "d"), idOf(root, "b"), "after")!), "(a (b d c))");
});

test("a copy stands behind its original, with ids of its own and no shared data", () => {
  const root = group([leaf("a", { where: [{ property: "p" }] }), made("z")]);
  const { root: more, copy } = duplicate(root, root.parts[0]!.id)!;
  assert.equal(shape(more), "(a a z)");
  assert(copy.id !== root.parts[0]!.id && !isGroup(copy));
  (copy.data.where as { property: string }[])[0]!.property = "q";
  assert.deepEqual(write(root, 1).document.condition, { all: [{ type: "a", where: [{ property: "p" }] }, { type: "z" }] });
});

test("the old tree stays as it was", () => {
  const root = sample();
  const before = shape(root);
  remove(root, idOf(root, "b"));
  append(root, root.id, made("e"));
  move(root, idOf(root, "d"), -1, fits);
  assert.equal(shape(root), before);
});

test("the focus goes to what follows, then to what precedes, then to the group", () => {
  const root = sample();
  const inner = root.parts[1] as Group;
  assert.equal(neighbour(root, idOf(root, "b")), idOf(root, "c"));
  assert.equal(neighbour(root, idOf(root, "c")), idOf(root, "b"));
  const single = remove(root, idOf(root, "b"));
  assert.equal(neighbour(single, idOf(single, "c")), inner.id);
});

test("places are counted as a reader counts them, depths as the parser does", () => {
  const root = sample();
  root.not = true;
  const inner = root.parts[1] as Group;
  assert.deepEqual([root.id, idOf(root, "a"), inner.id, idOf(root, "c")].map((id) => position(root, id)), ["", "1", "2", "2.2"]);
  assert.deepEqual([root.id, inner.id, idOf(root, "c")].map((id) => depthOf(root, id)), [1, 2, 3]);
});
