// A small vocabulary, written out by hand.
import type { Choice, Criterion, Field, Operator, Vocabulary } from "../src/rules/types";

const field = (name: string, kind: string, more: Partial<Field> = {}): Field => ({
  name, kind, label: "", required: true, many: false, single: true, default: null, options: [], fields: [], ...more,
});

const criterion = (type: string, fields: Field[], more: Partial<Criterion> = {}): Criterion => ({
  type, title: type, family: "any", fields, compares: null, verbs: null, operators: {}, unit: "", start: {}, editor: "", op: null, value: null, ...more,
});

const operator = (name: string, takes: Operator["takes"], on: Operator["on"], reads = ""): Operator => ({ name, label: name, takes, on, reads, times: null });

const choice = (name: string, label: string, kind: Choice["kind"], more: Partial<Choice> = {}): Choice => ({
  name, label, kind, values: [], labels: {}, reads: null, properties: [], seen: true, ...more,
});

export const vocabulary: Vocabulary = {
  version: 7,
  max_depth: 5,
  families: [{ name: "any", title: "Any", icon: "bolt", tone: "blue", criteria: ["attribute", "trait", "score"] }],
  criteria: [
    criterion("attribute", [field("name", "attribute")]),
    criterion("trait", [field("name", "trait")], { compares: "number", start: { op: "gte", value: 1 } }),
    criterion("score", [field("name", "trait")], { compares: "number", unit: "share", start: { op: "gte", value: 0.5 } }),
    criterion("segment", [field("name", "segment")], { compares: "flag", verbs: ["is in", "is not in"], op: "eq", value: true }),
    criterion("plan", [field("name", "plan")], { start: { name: "state" } }),
    criterion("given", [field("name", "attribute")], { operators: { is_known: "is given", one_of: "has any" }, start: { op: "is_known" } }),
    criterion("then", [
      field("event", "event", { many: true }),
      field("then", "form", {
        fields: [
          field("step", "form", { fields: [field("events", "event", { many: true, single: false }), field("where", "filters", { required: false, many: true })] }),
          field("hours", "number", { default: null }), field("not", "flag", { required: false }),
        ],
      }),
    ], { compares: "number", start: { then: { hours: 48 }, op: "gte", value: 1 } }),
    criterion("event", [field("event", "event", { many: true }), field("property", "property", { required: false }), field("function", "function", { required: false, default: "count" })], {
      compares: "number", editor: "event", start: { function: "count", op: "gte", value: 1, window: { days: 30 } },
    }),
  ],
  operators: [
    operator("gte", "number", ["number"]),
    operator("eq", "scalar", ["flag", "number", "text"]),
    operator("one_of", "list", ["flag", "number", "text"]),
    operator("between", "pair", ["number"]),
    operator("contains", "text", ["text"]),
    operator("before", "date", ["text"], "date"),
    operator("lately", "days", ["text"], "date"),
    operator("since", "version", ["text"], "version"),
    operator("is_known", "nothing", ["flag", "number", "text"]),
  ],
  filter_operators: [operator("eq", "scalar", ["flag", "number", "text"])],
  functions: [
    { name: "count", label: "count", kinds: [], gives: "number" },
    { name: "sum", label: "total", kinds: ["number"], gives: "number" },
    { name: "last", label: "last", kinds: ["text"], gives: "text" },
  ],
  choices: {
    attribute: [
      choice("city", "City", "text", { values: ["上海", "Paris"], reads: [] }),
      choice("age", "Age", "number"),
      choice("vip", "VIP", "flag"),
      choice("born", "Born", "text", { values: ["1996-02-29"], reads: ["date"] }),
    ],
    trait: [choice("orders", "Orders", "number")],
    plan: [
      choice("state", "State", "text", { values: ["on", "off"], labels: { on: "running", off: "over" }, reads: [] }),
      choice("days", "Days", "number"),
    ],
    segment: [],
    event: [
      choice("Never", "Never", "", { seen: false }),
      choice("Order", "Order", "", {
        properties: [{ name: "price", label: "Price", kind: "number", values: [] }, { name: "category", label: "Category", kind: "text", values: ["python"] }],
      }),
      choice("View", "View", "", { properties: [{ name: "page", label: "Page", kind: "text", values: [] }] }),
    ],
  },
  searched: [],
  words: {},
};
