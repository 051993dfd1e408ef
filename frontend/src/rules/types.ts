// What the page gives the builder (made in marketing/studio/rules/types.py), and what it edits.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Data = { [name: string]: Json };
export type Plain = boolean | number | string;
export type Kind = "number" | "text" | "flag";
export type Takes = "number" | "text" | "scalar" | "list" | "pair" | "nothing" | "date" | "days" | "version";

export interface Field {
  name: string;
  /** A list of `Vocabulary.choices`, or an input: text, texts, number, flag, option, property,
   *  function, window, filters, form, items. Anything else is asked for as text. */
  kind: string;
  label: string;
  required: boolean;
  /** A list of such values is taken too. */
  many: boolean;
  /** false: nothing but a list is taken. */
  single: boolean;
  default: Json;
  options: Plain[];
  /** Of the form, or of one item. */
  fields: Field[];
}

export interface Criterion {
  type: string;
  title: string;
  family: string;
  fields: Field[];
  /** null: what the chosen name is. */
  compares: Kind | null;
  /** [holds, does not], said instead of comparing a flag. */
  verbs: [string, string] | null;
  /** The only ones that are offered, with their words; empty: all that fit. */
  operators: { [name: string]: string };
  unit: "" | "share";
  start: Data;
  editor: string;
  /** What holds where the leaf leaves it out; null: it may not. */
  op: string | null;
  value: Json;
}

export interface Family {
  name: string;
  title: string;
  icon: string;
  tone: string;
  criteria: string[];
}

export interface Operator {
  name: string;
  label: string;
  takes: Takes;
  on: Kind[];
  /** date, version, set or region, where it understands such texts alone; else empty. */
  reads: string;
  /** How it counts ("at least"); null: it does not. */
  times: string | null;
}

/** `kinds`: of the properties that it reads; empty: it needs none. `gives`: of its answer. */
export interface Aggregate {
  name: string;
  label: string;
  kinds: Kind[];
  gives: Kind;
}

export interface Property {
  name: string;
  label: string;
  kind: Kind;
  values: string[];
}

/** `seen`: false for what nothing has come of yet. `labels`: of the values, where there are no
 *  others. `reads`: what its texts look like; null: nobody knows. */
export interface Choice {
  name: string;
  label: string;
  kind: Kind | "";
  values: string[];
  labels: { [value: string]: string };
  reads: string[] | null;
  properties: Property[];
  seen: boolean;
}

export interface Vocabulary {
  version: number;
  max_depth: number;
  families: Family[];
  criteria: Criterion[];
  operators: Operator[];
  filter_operators: Operator[];
  choices: { [kind: string]: Choice[] };
  /** Kinds of choices of which there may be more than is listed. */
  searched: string[];
  functions: Aggregate[];
  words: { [key: string]: string };
}

// ---- the tree that is edited: `not` is a mark on a part, and ids last as long as the page ------

export interface Group {
  id: number;
  mode: "all" | "any";
  not: boolean;
  parts: Part[];
}

/** `data`: the leaf's own JSON without its type. */
export interface Leaf {
  id: number;
  not: boolean;
  type: string;
  data: Data;
}

export type Part = Group | Leaf;

export const isGroup = (part: Part): part is Group => "parts" in part;

// ---- what the server says about a draft (marketing/studio/rules/preview.py) --------------------

export interface Problem {
  pointer: string;
  level: "error" | "incomplete" | "pending";
  message: string;
  fix: string;
}

export interface Someone {
  name: string;
  named: boolean;
  details: string[];
  url: string;
  score: number | null;
  high: boolean;
}

export interface Preview {
  sentence: string;
  total: number;
  people: number | null;
  at_most: number | null;
  reach: { channel: string; label: string; people: number }[];
  sample: Someone[] | null;
  score_label: string;
  as_of: string;
  problems: Problem[];
  unavailable: string;
  took_ms: number;
}
