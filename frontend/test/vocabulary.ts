// A small vocabulary, written out by hand.
import type { Criterion, Field, Operator, Vocabulary } from "../src/rules/types";

const field = (name: string, kind: string, more: Partial<Field> = {}): Field => ({
  name, kind, label: "", required: true, many: false, default: null, options: [], fields: [], ...more,
});

const criterion = (type: string, fields: Field[], more: Partial<Criterion> = {}): Criterion => ({
  type, title: type, family: "any", fields, compares: null, verbs: null, unit: "", start: {}, editor: "", op: null, value: null, ...more,
});

const operator = (name: string, takes: Operator["takes"], on: Operator["on"]): Operator => ({ name, label: name, takes, on, times: null });

export const vocabulary: Vocabulary = {
  version: 7,
  max_depth: 5,
  families: [{ name: "any", title: "Any", icon: "bolt", tone: "blue", criteria: ["attribute", "trait", "score"] }],
  criteria: [
    criterion("attribute", [field("name", "attribute")]),
    criterion("trait", [field("name", "trait")], { compares: "number", start: { op: "gte", value: 1 } }),
    criterion("score", [field("name", "trait")], { compares: "number", unit: "share", start: { op: "gte", value: 0.5 } }),
    criterion("segment", [field("name", "segment")], { compares: "flag", verbs: ["is in", "is not in"], op: "eq", value: true }),
    criterion("event", [field("event", "event", { many: true }), field("property", "property", { required: false })], {
      compares: "number", editor: "event", start: { function: "count", op: "gte", value: 1, window: { days: 30 } },
    }),
  ],
  operators: [
    operator("gte", "number", ["number"]),
    operator("eq", "scalar", ["flag", "number", "text"]),
    operator("one_of", "list", ["flag", "number", "text"]),
    operator("between", "pair", ["number"]),
    operator("contains", "text", ["text"]),
    operator("is_known", "nothing", ["flag", "number", "text"]),
  ],
  filter_operators: [operator("eq", "scalar", ["flag", "number", "text"])],
  functions: [
    { name: "count", label: "count", kinds: [] },
    { name: "sum", label: "total", kinds: ["number"] },
  ],
  choices: {
    attribute: [
      { name: "city", label: "City", kind: "text", values: ["上海", "Paris"], properties: [], seen: true },
      { name: "age", label: "Age", kind: "number", values: [], properties: [], seen: true },
      { name: "vip", label: "VIP", kind: "flag", values: [], properties: [], seen: true },
    ],
    trait: [{ name: "orders", label: "Orders", kind: "number", values: [], properties: [], seen: true }],
    segment: [],
    event: [
      {
        name: "Order", label: "Order", kind: "", values: [], seen: true,
        properties: [{ name: "price", kind: "number", values: [] }, { name: "category", kind: "text", values: ["python"] }],
      },
      { name: "View", label: "View", kind: "", values: [], seen: true, properties: [{ name: "page", kind: "text", values: [] }] },
    ],
  },
  words: {},
};
