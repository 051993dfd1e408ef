// The forms of discoveries: a search over a list of columns, a count of those chosen, and a slider
// that stands on a number. Without this script the list and the number do.
"use strict";

for (const search of document.querySelectorAll("[data-finds]")) {
  const list = document.getElementById(search.dataset.finds);
  search.hidden = false;
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const group of list.querySelectorAll("details")) {
      let seen = 0;
      for (const label of group.querySelectorAll("label")) {
        label.hidden = !label.textContent.toLowerCase().includes(wanted);
        seen += label.hidden ? 0 : 1;
      }
      group.hidden = seen === 0;
      if (wanted && seen) group.open = true;
    }
  });
  // Enter in the search asks nothing.
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}

for (const place of document.querySelectorAll("[data-count-of]")) {
  const list = document.getElementById(place.dataset.countOf);
  const count = () => {
    const boxes = [...list.querySelectorAll("input[type=checkbox]")];
    place.textContent = `${boxes.filter((each) => each.checked).length} / ${boxes.length}`;
  };
  list.addEventListener("change", count);
  count();
}

for (const slider of document.querySelectorAll("[data-same-as]")) {
  const number = document.getElementById(slider.dataset.sameAs);
  slider.hidden = false;
  slider.value = number.value;
  slider.addEventListener("input", () => { number.value = slider.value; });
  number.addEventListener("input", () => { slider.value = number.value; });
}
