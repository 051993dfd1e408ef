// Defines <zx-rules> once the page is read: the element looks for its textarea and its words.
import { ZxRules } from "./element";

const define = (): void => {
  if (!customElements.get("zx-rules")) customElements.define("zx-rules", ZxRules);
};

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", define);
else define();
