import assert from "node:assert/strict";
import test from "node:test";
import type { Data } from "../src/rules/types";
import { merged, parseList, parseNumber, parsePlain, toShown, toStored } from "../src/rules/values";
import { begun, readWindow, writeWindow } from "../src/rules/windows";
import { speaker } from "../src/rules/words";

test("typed text is a number only where it reads as one", () => {
  assert.deepEqual(["", " ", "3", "-0.5", "1e3", "3a", "Infinity"].map(parseNumber), [null, null, 3, -0.5, 1000, null, null]);
  assert.deepEqual([parsePlain("007", "text"), parsePlain("007", "number"), parsePlain("007", null), parsePlain("b7", null)], ["007", 7, 7, "b7"]);
});

test("every whole percent comes back as it was typed", () => {
  for (let percent = 0; percent <= 100; percent += 1) {
    const stored = toStored(percent, "share");
    assert.equal(stored, Number(`${percent}e-2`), "the nearest float of the decimal");
    assert.equal(toShown(stored, "share"), percent);
  }
  assert.equal(toShown(0.8, ""), 0.8);
});

test("a list parts at commas of both scripts and holds each value once", () => {
  assert.deepEqual(parseList("上海，杭州, 苏州、 南京\n", "text"), ["上海", "杭州", "苏州", "南京"]);
  assert.deepEqual(parseList("1, x, 2", "number"), [1, 2]);
  assert.deepEqual(merged(["a"], ["b", "a"]), ["a", "b"]);
});

test("a window, read and written, is the same", () => {
  for (const window of [{}, { days: 30 }, { hours: 6 }, { days: 56, skip_days: 28 }, { since: "2024-01-01" }] as Data[]) {
    assert.deepEqual(writeWindow(readWindow(window)), window);
  }
  assert.deepEqual(readWindow({ days: 30, hours: null, skip_days: 0 }), { mode: "days", n: 30 });
  assert.deepEqual(readWindow({ days: 56, skip_days: 28 }), { mode: "between", near: 28, far: 84 });
  assert.deepEqual(readWindow(undefined), { mode: "ever" });
});

test("another way to say when begins with a window that can be", () => {
  for (const mode of ["days", "hours", "between", "ever"]) {
    const { days = 1, hours = 1, skip_days: skip = 0 } = writeWindow(begun(mode, { mode: "days", n: 14 })) as Record<string, number>;
    assert(days >= 1 && hours >= 1 && hours <= 72 && skip >= 0, mode);
  }
  assert.deepEqual(writeWindow(begun("days", { mode: "between", near: 7, far: 14 })), { days: 14 });
});

test("words stand in for their keys, values for their names", () => {
  const w = speaker({ n: "{n} 天前，{m}" });
  assert.equal(w("n", { n: 3 }), "3 天前，{m}");
  assert.equal(w("unknown"), "unknown");
});
