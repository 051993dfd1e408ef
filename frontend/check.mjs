// The committed bundles must be what the sources build to, and must run without eval.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { bundle, bundles } from "./build.mjs";

const problems = [];
const current = [];
const kib = (n) => `${(n / 1024).toFixed(0)} KiB`;
for (const each of bundles) {
  const fresh = await bundle(each);
  const committed = await readFile(each.outfile, "utf8").catch(() => "");
  if (committed !== fresh) {
    problems.push(`${each.name} is not what the sources build to: run \`npm run build\` and commit it.`);
  }
  if (/\bnew Function\b|\beval\s*\(|\bFunction\s*\(\s*["'`]/.test(fresh)) {
    problems.push(`${each.name} would evaluate strings as code.`);
  }
  if (fresh.length > each.limit * 1024) problems.push(`${each.name} is over ${each.limit} KiB.`);
  current.push(`${each.name} is current: ${kib(fresh.length)}, ${kib(gzipSync(fresh).length)} gzipped.`);
}

const lock = await readFile(new URL("package-lock.json", import.meta.url), "utf8");
if (lock.includes('"resolved"')) {
  problems.push('package-lock.json names download hosts: remove its "resolved" fields.');
}
const pkg = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"));
for (const [name, version] of Object.entries({ ...pkg.dependencies, ...pkg.devDependencies })) {
  if (!/^\d+\.\d+\.\d+$/.test(version)) problems.push(`${name} is not pinned exactly: ${version}`);
}

if (problems.length) {
  for (const problem of problems) console.error(problem);
  process.exitCode = 1;
} else {
  for (const line of current) console.log(line);
}
