// The condition's JSON to the tree that is edited, and back.
import { type Data, type Group, type Json, type Leaf, type Part, isGroup } from "./types";

let last = 0;
const newId = (): number => ++last;

export const group = (parts: Part[] = [], mode: Group["mode"] = "all"): Group => ({
  id: newId(), mode, not: false, parts,
});

export const leaf = (type: string, data: Data): Leaf => ({ id: newId(), not: false, type, data });

export const isObject = (json: Json | undefined): json is Data =>
  typeof json === "object" && json !== null && !Array.isArray(json);

/** The tree of a document; null where there is no condition in it. A leaf at the root gets a
 *  group around it, which means the same. */
export function read(document: Json): Group | null {
  if (!isObject(document) || !isObject(document.condition)) return null;
  const root = readPart(document.condition);
  return isGroup(root) ? root : group([root]);
}

function readPart(json: Json): Part {
  if (!isObject(json)) return leaf("", {});
  if ("not" in json) {
    const inner = readPart(json.not!);
    return { ...inner, not: !inner.not };
  }
  for (const mode of ["all", "any"] as const) {
    const parts = json[mode];
    if (Array.isArray(parts)) return group(parts.map(readPart), mode);
  }
  const { type, ...data } = json;
  return leaf(typeof type === "string" ? type : "", data);
}

export interface Written {
  document: Data;
  /** JSON pointer to the id of the part that stands there. */
  places: Map<string, number>;
}

export function write(root: Group, version: number): Written {
  const places = new Map<string, number>();
  return { document: { version, condition: writePart(root, "/condition", places) }, places };
}

function writePart(part: Part, pointer: string, places: Map<string, number>): Json {
  places.set(pointer, part.id);
  if (part.not) return { not: writePart({ ...part, not: false }, `${pointer}/not`, places) };
  if (!isGroup(part)) return { type: part.type, ...tidy(part.data) };
  const inner = part.parts.map((each, i) => writePart(each, `${pointer}/${part.mode}/${i}`, places));
  return { [part.mode]: inner };
}

/** Without what says nothing: null and, of lists of filters, the empty one. */
function tidy(data: Data): Data {
  const kept = Object.entries(data).filter(
    ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && !value.length),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [name, isObject(value) ? tidy(value) : value]),
  );
}

/** The part that a pointer is about, and what the pointer says beyond it ("value", "where/0"). */
export function placeOf(pointer: string, places: Map<string, number>): { id: number; field: string } | null {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) {
    const id = places.get(at);
    if (id !== undefined) return { id, field: pointer.slice(at.length + 1) };
  }
  return null;
}

/** How many levels of the parser's nesting lie within a part; `not` is one of its own. */
export function levels(part: Part): number {
  const own = part.not ? 1 : 0;
  if (!isGroup(part) || !part.parts.length) return own;
  return own + 1 + Math.max(...part.parts.map(levels));
}
