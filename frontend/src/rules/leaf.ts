// A leaf's parts as the vocabulary describes them: what is compared, by which operators, with what.
import { leaf } from "./tree";
import type { Choice, Criterion, Data, Field, Json, Kind, Leaf, Operator, Property, Vocabulary } from "./types";

export const criterionOf = (v: Vocabulary, type: string): Criterion | undefined =>
  v.criteria.find((each) => each.type === type);

export const choicesOf = (v: Vocabulary, kind: string): Choice[] | undefined =>
  Object.hasOwn(v.choices, kind) ? v.choices[kind] : undefined;

export const choiceOf = (v: Vocabulary, kind: string, name: Json | undefined): Choice | undefined =>
  choicesOf(v, kind)?.find((each) => each.name === name);

/** A leaf as its button adds it: filled in as far as there is an obvious first choice. */
export function fresh(v: Vocabulary, type: string): Leaf {
  const criterion = criterionOf(v, type);
  if (!criterion) return leaf(type, {});
  const data: Data = structuredClone(criterion.start);
  for (const field of criterion.fields) {
    const first = begin(v, field);
    if (field.required && !(field.name in data) && first !== null) data[field.name] = first;
  }
  const made = leaf(type, data);
  return { ...made, data: compared(v, made) };
}

function begin(v: Vocabulary, field: Field): Json {
  const first = choicesOf(v, field.kind)?.[0]?.name ?? field.options[0] ?? null;
  if (field.kind === "flag") return true;
  return field.kind === "items" ? [{}] : first;
}

/** What kind of value the leaf compares; null: not known, so anything may do. */
export function kindOf(v: Vocabulary, { type, data }: Leaf): Kind | null {
  const criterion = criterionOf(v, type);
  if (!criterion || criterion.compares) return criterion?.compares ?? null;
  const named = criterion.fields.find((field) => choicesOf(v, field.kind));
  const chosen = named && choiceOf(v, named.kind, data[named.name]);
  return chosen?.kind || null;
}

/** The commonest values of what is compared, for a text input to suggest. */
export function valuesOf(v: Vocabulary, { type, data }: Leaf): string[] {
  const named = criterionOf(v, type)?.fields.find((field) => choicesOf(v, field.kind));
  return (named && choiceOf(v, named.kind, data[named.name])?.values) ?? [];
}

/** Those that can compare such values. A flag is only ever yes or no. */
export function operatorsFor(operators: Operator[], kind: Kind | null): Operator[] {
  const fit = operators.filter((each) => kind === null || each.on.includes(kind));
  return kind === "flag" ? fit.filter((each) => each.takes === "scalar" || each.takes === "nothing") : fit;
}

/** The data with an operator that suits what is compared, and an operand that suits the operator. */
export function compared(v: Vocabulary, { id, not, type, data }: Leaf): Data {
  const criterion = criterionOf(v, type);
  const kind = kindOf(v, { id, not, type, data });
  const fit = operatorsFor(v.operators, kind);
  const op = fit.find((each) => each.name === (data.op ?? criterion?.op)) ?? fit[0];
  return op ? { ...data, op: op.name, value: operand(op, kind, data.value ?? null) } : data;
}

/** `value` where the operator takes it, else the nearest that it takes; null: to be filled in. */
export function operand(op: Operator, kind: Kind | null, value: Json): Json {
  const one = Array.isArray(value) ? (value[0] ?? null) : value;
  const isRight = one === null || kind === null || typeof one === (kind === "flag" ? "boolean" : kind === "number" ? "number" : "string");
  switch (op.takes) {
    case "nothing":
      return null;
    case "number":
      return typeof one === "number" ? one : null;
    case "pair":
      return Array.isArray(value) && value.length === 2 ? value : typeof one === "number" ? [one, null] : null;
    case "list":
      return Array.isArray(value) ? value : one === null || !isRight ? [] : [one];
    case "text":
      return typeof one === "string" ? one : null;
    default:
      return isRight && one !== null ? one : kind === "flag" ? true : null;
  }
}

/** Another criterion of the family in its place: what both have stays. */
export function retyped(v: Vocabulary, old: Leaf, type: string): Leaf {
  const made = fresh(v, type);
  const before = criterionOf(v, old.type);
  for (const field of criterionOf(v, type)?.fields ?? []) {
    const same = before?.fields.find((each) => each.name === field.name && each.kind === field.kind);
    if (same && old.data[field.name] !== undefined) made.data[field.name] = old.data[field.name]!;
  }
  return { ...made, id: old.id, not: old.not, data: compared(v, made) };
}

/** A flag said with verbs: does it hold? null: it is compared in some other way. */
export function holds({ data }: Leaf, { op: usual, value: normal }: Criterion): boolean | null {
  const op = data.op ?? usual;
  const value = data.value ?? normal;
  if ((op !== "eq" && op !== "not_eq") || typeof value !== "boolean") return null;
  return (op === "eq") === value;
}

/** The properties of an event, or of any of several. */
export function propertiesOf(v: Vocabulary, event: Json | undefined): Property[] {
  const names = Array.isArray(event) ? event : [event ?? null];
  const found = new Map<string, Property>();
  for (const name of names) {
    for (const each of choiceOf(v, "event", name)?.properties ?? []) {
      if (!found.has(each.name)) found.set(each.name, each);
    }
  }
  return [...found.values()];
}
