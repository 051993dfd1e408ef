import assert from "node:assert/strict";
import test from "node:test";
import { compared, fresh, holds, kindOf, operand, operatorsOf, propertiesOf, retyped, valuesOf } from "../src/rules/leaf";
import { leaf } from "../src/rules/tree";
import type { Data } from "../src/rules/types";
import { vocabulary as v } from "./vocabulary";

const operators = (type: string, data: Data) => operatorsOf(v, leaf(type, data)).map((each) => each.name);

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
  const [gte, eq, oneOf, between, contains, before, lately, since, known] = v.operators as [typeof v.operators[0], ...typeof v.operators];
  assert.equal(operand(before!, "text", "2026-01-31"), "2026-01-31");
  assert.equal(operand(before!, "text", "in January"), null);
  assert.equal(operand(lately!, "text", "2026-01-31"), null);
  assert.deepEqual([operand(lately!, "text", 7), operand(lately!, "text", 7.5)], [7, null]);
  assert.equal(operand(since!, "text", "3.10"), "3.10");
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

test("what understands an attribute's texts comes first, what does not is left out", () => {
  assert.deepEqual(operators("attribute", { name: "born" }), ["before", "lately", "eq", "one_of", "contains", "is_known"]);
  assert.deepEqual(operators("attribute", { name: "city" }), ["eq", "one_of", "contains", "is_known"]);
  assert.deepEqual(operators("attribute", { name: "?" }), v.operators.map((each) => each.name), "not known: anything");
});

test("values that are all known are not asked for in part; numbers beside them are numbers", () => {
  assert.deepEqual(operators("plan", { name: "state" }), ["eq", "one_of", "is_known"]);
  assert.deepEqual(operators("plan", { name: "days" }), ["gte", "eq", "one_of", "between", "is_known"]);
  assert.deepEqual(compared(v, leaf("plan", { name: "days", op: "eq", value: "on" })), { name: "days", op: "eq", value: null });
});

test("a criterion may name its operators, in its order and its words", () => {
  assert.deepEqual(operatorsOf(v, leaf("given", { name: "city" })).map((each) => [each.name, each.label]), [["is_known", "is given"], ["one_of", "has any"]]);
  assert.deepEqual(fresh(v, "given").data, { name: "city", op: "is_known", value: null });
});

test("a form begins with each of its fields, a list with one item, an event with one that was seen", () => {
  assert.deepEqual(fresh(v, "then").data, { event: "Order", then: { hours: 48, step: { events: ["Order"] } }, op: "gte", value: 1 });
});

test("what a function gives is what an event compares", () => {
  const data = { event: "Order", property: "category" };
  assert.equal(kindOf(v, leaf("event", data)), "number");
  assert.equal(kindOf(v, leaf("event", { ...data, function: "last" })), "text");
  assert.deepEqual(valuesOf(v, leaf("event", { ...data, function: "last" })), ["python"]);
});
