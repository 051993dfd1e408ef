// What an operator does to the tree. Every function gives a new tree and leaves the old one as it is.
import { group, leaf, levels } from "./tree";
import { type Group, type Part, isGroup } from "./types";

export interface Found {
  part: Part;
  /** The groups around it, the root first; empty for the root itself. */
  path: Group[];
  index: number;
}

export function find(root: Group, id: number, path: Group[] = []): Found | null {
  if (root.id === id) return { part: root, path, index: -1 };
  for (const [index, part] of root.parts.entries()) {
    if (part.id === id) return { part, path: [...path, root], index };
    const found = isGroup(part) ? find(part, id, [...path, root]) : null;
    if (found) return found;
  }
  return null;
}

/** The same tree with one part replaced. */
export function replace<P extends Part>(root: Group, id: number, change: (part: P) => Part): Group {
  const visit = (part: Part): Part => {
    if (part.id === id) return change(part as P);
    return isGroup(part) ? { ...part, parts: part.parts.map(visit) } : part;
  };
  return visit(root) as Group;
}

const withParts = (root: Group, id: number, change: (parts: Part[]) => Part[]): Group =>
  replace<Group>(root, id, (into) => ({ ...into, parts: change(into.parts) }));

export const insert = (root: Group, into: number, at: number, part: Part): Group =>
  withParts(root, into, (parts) => [...parts.slice(0, at), part, ...parts.slice(at)]);

export const append = (root: Group, into: number, part: Part): Group =>
  withParts(root, into, (parts) => [...parts, part]);

export function remove(root: Group, id: number): Group {
  const found = find(root, id);
  const parent = found?.path.at(-1);
  return parent ? withParts(root, parent.id, (parts) => parts.filter((p) => p.id !== id)) : root;
}

/** A copy behind the original; its parts get ids of their own. */
export function duplicate(root: Group, id: number): { root: Group; copy: Part } | null {
  const found = find(root, id);
  const parent = found?.path.at(-1);
  if (!found || !parent) return null;
  const copy = copied(found.part);
  return { root: insert(root, parent.id, found.index + 1, copy), copy };
}

function copied(part: Part): Part {
  const made = isGroup(part)
    ? group(part.parts.map(copied), part.mode)
    : leaf(part.type, structuredClone(part.data));
  return { ...made, not: part.not };
}

/** One step up or down in reading order: past a condition, into a group that follows, out of the
 *  group at its end. null where there is no further, `fits` tells which trees may be. */
export function move(root: Group, id: number, step: -1 | 1, fits: (root: Group) => boolean): Group | null {
  const found = find(root, id);
  const parent = found?.path.at(-1);
  if (!found || !parent) return null;
  const rest = remove(root, id);
  const beside = parent.parts[found.index + step];
  if (beside && isGroup(beside)) {
    const inside = insert(rest, beside.id, step > 0 ? 0 : beside.parts.length, found.part);
    if (fits(inside)) return inside;
  }
  if (beside) return insert(rest, parent.id, found.index + step, found.part);
  const outer = found.path.at(-2);
  if (!outer) return null;
  const place = outer.parts.findIndex((part) => part.id === parent.id);
  return insert(rest, outer.id, step > 0 ? place + 1 : place, found.part);
}

/** Put beside another part (`after` it or before), or at the end of a group; null where it
 *  would stand inside itself. */
export function drop(root: Group, id: number, target: number, where: "before" | "after" | "into"): Group | null {
  const found = find(root, id);
  if (!found || id === target || find({ ...group(), parts: [found.part] }, target)) return null;
  const rest = remove(root, id);
  const to = find(rest, target);
  if (!to) return null;
  if (where === "into") return append(rest, target, found.part);
  const parent = to.path.at(-1);
  return parent ? insert(rest, parent.id, to.index + (where === "after" ? 1 : 0), found.part) : null;
}

/** Where the parser would stand in a group: one deeper for each group and each `not` above it. */
export function depthOf(root: Group, id: number): number {
  const found = find(root, id);
  if (!found) return 0;
  const nots = [...found.path, found.part].filter((part) => part.not).length;
  return found.path.length + nots;
}

/** Which part gets the focus once `id` is gone: what follows, what precedes, the group. */
export function neighbour(root: Group, id: number): number {
  const found = find(root, id);
  const parent = found?.path.at(-1);
  if (!found || !parent) return root.id;
  return (parent.parts[found.index + 1] ?? parent.parts[found.index - 1] ?? parent).id;
}

/** "2.1": the place as a reader counts it; empty for the root. */
export function position(root: Group, id: number): string {
  const found = find(root, id);
  if (!found?.path.length) return "";
  const groups = [...found.path.slice(1), found.part];
  return groups
    .map((part, i) => found.path[i]!.parts.findIndex((each) => each.id === part.id) + 1)
    .join(".");
}

export const fitsIn = (deepest: number) => (root: Group): boolean => levels(root) <= deepest;
