// A leaf's parts as the vocabulary describes them: what is compared, by which operators, with what.
import { isObject, leaf } from "./tree";
import type { Aggregate, Choice, Criterion, Data, Field, Json, Kind, Leaf, Operator, Property, Vocabulary } from "./types";

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
    const first = field.required ? begin(v, field, data[field.name]) : null;
    if (first !== null) data[field.name] = first;
  }
  const made = leaf(type, data);
  return { ...made, data: compared(v, made) };
}

/** What a field begins with where nothing is given; of a form, each of its fields. */
function begin(v: Vocabulary, field: Field, given?: Json): Json {
  if (field.kind === "form") {
    const data: Data = isObject(given) ? { ...given } : {};
    for (const inner of field.fields) if (inner.required) data[inner.name] = begin(v, inner, data[inner.name]);
    return data;
  }
  if (given !== undefined && !(Array.isArray(given) && !given.length)) return given;
  if (field.kind === "flag") return true;
  if (field.kind === "items") return [{}];
  const known = choicesOf(v, field.kind);
  const first = (known?.find((each) => each.seen) ?? known?.[0])?.name ?? field.options[0] ?? null;
  return field.single || first === null ? first : [first];
}

/** What kind of value the leaf compares; null: not known, so anything may do. */
export function kindOf(v: Vocabulary, { type, data }: Leaf): Kind | null {
  const criterion = criterionOf(v, type);
  const made = aggregateOf(v, criterion, data);
  if (!criterion || made || criterion.compares) return made?.gives ?? criterion?.compares ?? null;
  return subjectOf(v, criterion, data)?.kind || null;
}

/** How events are made a value, where the leaf does so. */
function aggregateOf(v: Vocabulary, criterion: Criterion | undefined, data: Data): Aggregate | undefined {
  const field = criterion?.fields.find((each) => each.kind === "function");
  return field && v.functions.find((each) => each.name === (data[field.name] ?? field.default));
}

/** What is compared, where it is chosen from a list. */
export function subjectOf(v: Vocabulary, criterion: Criterion | undefined, data: Data): Choice | undefined {
  const named = criterion?.fields.find((field) => choicesOf(v, field.kind));
  return named && choiceOf(v, named.kind, data[named.name] ?? named.default);
}

/** The commonest values of what is compared, for a text input to suggest. */
export function valuesOf(v: Vocabulary, { type, data }: Leaf): string[] {
  const criterion = criterionOf(v, type);
  if (!aggregateOf(v, criterion, data)) return subjectOf(v, criterion, data)?.values ?? [];
  return propertiesOf(v, data.event).find((each) => each.name === data.property)?.values ?? [];
}

/** The operators of a leaf: those that its criterion names, or those that suit its subject. */
export function operatorsOf(v: Vocabulary, leaf: Leaf): Operator[] {
  const criterion = criterionOf(v, leaf.type);
  const named = Object.entries(criterion?.operators ?? {});
  if (named.length) {
    return named.flatMap(([name, label]) => v.operators.filter((each) => each.name === name).map((each) => ({ ...each, label })));
  }
  const subject = criterion?.compares ? undefined : subjectOf(v, criterion, leaf.data);
  const fit = operatorsFor(v.operators, kindOf(v, leaf), subject?.reads ?? null);
  // Of values that are all known, no part is asked for.
  return isClosed(subject) ? fit.filter((each) => ["scalar", "list", "nothing"].includes(each.takes)) : fit;
}

export const isClosed = (subject: Choice | undefined): boolean => Object.keys(subject?.labels ?? {}).length > 0;

/** Those that can compare such values. A flag is only ever yes or no. `reads`: what the texts look
 *  like, so that what understands them comes first and what does not is left out; null: not known. */
export function operatorsFor(operators: Operator[], kind: Kind | null, reads: string[] | null = null): Operator[] {
  const fit = operators.filter((each) => kind === null || each.on.includes(kind));
  if (kind === "flag") return fit.filter((each) => each.takes === "scalar" || each.takes === "nothing");
  if (reads === null) return fit;
  return [...fit.filter((each) => reads.includes(each.reads)), ...fit.filter((each) => !each.reads)];
}

/** The data with an operator that suits what is compared, and an operand that suits the operator. */
export function compared(v: Vocabulary, { id, not, type, data }: Leaf): Data {
  const criterion = criterionOf(v, type);
  const kind = kindOf(v, { id, not, type, data });
  const fit = operatorsOf(v, { id, not, type, data });
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
    case "date":
      return typeof one === "string" && /^\d{4}-\d\d-\d\d$/.test(one) ? one : null;
    case "days":
      return Number.isInteger(one) ? one : null;
    case "text":
    case "version":
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
