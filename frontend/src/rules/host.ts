// What the views ask of the element that holds the tree.
import type { Data, Group, Leaf, Part, Problem, Vocabulary } from "./types";
import type { Words } from "./words";

/** A problem and the place below its part ("value", "where/0/value"). */
export interface Placed extends Problem {
  field: string;
}

/** Where the focus goes once the tree is drawn anew. */
export interface Focus {
  id: number;
  /** A `data-key` within the part; without it, the part's first control. */
  key?: string;
}

export interface Host {
  readonly v: Vocabulary;
  readonly w: Words;
  readonly root: Group;
  readonly dragged: number | null;
  problemsOf(id: number): Placed[];
  /** Which names are being typed instead of chosen, by their key. */
  isTyping(key: string): boolean;
  typing(key: string, yes: boolean): void;
  /** More choices of a kind, by what they are called: they join the list once they came. */
  find(kind: string, text: string): void;
  /** `said`: what a screen reader hears of it. */
  change(root: Group, focus?: Focus, said?: string): void;
  edit(leaf: Leaf, data: Data, more?: Partial<Leaf>): void;
  add(into: Group, part: Part): void;
  duplicate(part: Part): void;
  discard(part: Part): void;
  move(part: Part, step: -1 | 1): void;
  drag(id: number | null): void;
  drop(target: number, where: "before" | "after" | "into"): void;
}

/** Is something wrong with this field of the part? */
export const isWrong = (host: Host, id: number, field: string): boolean =>
  host.problemsOf(id).some(
    (each) => each.level !== "pending" && (`${each.field}/`.startsWith(`${field}/`) || `${field}/`.startsWith(`${each.field}/`)),
  );
