// Binds an input's text, but never under the fingers of who is typing in it.
import { noChange } from "lit";
import { Directive, type ElementPart, type PartInfo, PartType, directive } from "lit/directive.js";

class Quiet extends Directive {
  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error("quiet() stands in an element");
  }

  override update({ element }: ElementPart, [text]: [string]): unknown {
    const input = element as HTMLInputElement;
    const root = input.getRootNode() as Document | ShadowRoot;
    if (root.activeElement !== input && input.value !== text) input.value = text;
    return noChange;
  }

  render(_text: string): unknown {
    return noChange;
  }
}

export const quiet = directive(Quiet);
