import assert from "node:assert/strict";
import test from "node:test";
import { compared, fresh, holds, kindOf, operand, operatorsFor, propertiesOf, retyped } from "../src/rules/leaf";
import { leaf } from "../src/rules/tree";
import type { Data } from "../src/rules/types";
import { vocabulary as v } from "./vocabulary";

const operators = (type: string, data: Data) => operatorsFor(v.operators, kindOf(v, leaf(type, data))).map((each) => each.name);

test("a fresh leaf is filled in as far as there is a first choice", () => {
  assert.deepEqual(fresh(v, "trait").data, { name: "orders", op: "gte", value: 1 });
  assert.deepEqual(fresh(v, "attribute").data, { name: "city", op: "eq", value: null });
  assert.deepEqual(fresh(v, "event").data, { event: "Order", function: "count", op: "gte", value: 1, window: { days: 30 } });
  assert.deepEqual(fresh(v, "segment").data, { op: "eq", value: true }, "there is no segment to begin with");
});

test("operators are those for the kind of value; an unknown name may be anything", () => {
  assert.deepEqual(operators("attribute", { name: "city" }), ["eq", "one_of", "contains", "is_known"]);
  assert.deepEqual(operators("attribute", { name: "age" }), ["gte", "eq", "one_of", "between", "is_known"]);
  assert.deepEqual(operators("attribute", { name: "vip" }), ["eq", "is_known"]);
  assert.deepEqual(operators("attribute", { name: "?" }), v.operators.map((each) => each.name));
});

test("another name keeps the operator if it can, and an operand only if it fits", () => {
  assert.deepEqual(compared(v, leaf("attribute", { name: "age", op: "contains", value: "x" })), { name: "age", op: "gte", value: null });
  assert.deepEqual(compared(v, leaf("attribute", { name: "city", op: "one_of", value: ["a"] })), { name: "city", op: "one_of", value: ["a"] });
  assert.deepEqual(compared(v, leaf("attribute", { name: "vip", op: "eq", value: "x" })), { name: "vip", op: "eq", value: true });
});

test("an operand follows its operator", () => {
  const [gte, eq, oneOf, between, contains, known] = v.operators as [typeof v.operators[0], ...typeof v.operators];
  assert.equal(operand(gte, "number", [3, 9]), 3);
  assert.deepEqual(operand(between!, "number", 3), [3, null]);
  assert.deepEqual(operand(between!, "number", [3, 9]), [3, 9]);
  assert.deepEqual(operand(oneOf!, "text", "a"), ["a"]);
  assert.deepEqual(operand(oneOf!, "text", null), []);
  assert.equal(operand(contains!, "text", 3), null);
  assert.equal(operand(known!, "text", "a"), null);
  assert.equal(operand(eq!, "flag", null), true);
  assert.equal(operand(eq!, "text", ["a", "b"]), "a");
});

test("another criterion of the family keeps the name that both have", () => {
  const old = { ...leaf("trait", { name: "orders", op: "gte", value: 3 }), not: true };
  const next = retyped(v, old, "score");
  assert.deepEqual([next.id, next.not, next.type, next.data], [old.id, true, "score", { name: "orders", op: "gte", value: 0.5 }]);
  assert.equal(retyped(v, old, "attribute").data.name, "city", "an attribute is no trait");
});

test("verbs say whether a flag holds, in all the ways it can be said", () => {
  const segment = v.criteria.find((each) => each.type === "segment")!;
  const said = (data: Data) => holds(leaf("segment", data), segment);
  assert.deepEqual([said({}), said({ op: "eq", value: false }), said({ op: "not_eq", value: true }), said({ op: "not_eq", value: false })], [true, false, false, true]);
  assert.equal(said({ op: "is_known" }), null);
});

test("several events have the properties of each, once", () => {
  assert.deepEqual(propertiesOf(v, ["View", "Order"]).map((each) => each.name), ["page", "price", "category"]);
  assert.deepEqual(propertiesOf(v, "never seen"), []);
});
