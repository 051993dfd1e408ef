// Builds the scripts that Django serves: one file a page's need, so that a page loads no more.
import { build } from "esbuild";
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const served = (name) => fileURLToPath(new URL(`../marketing/studio/static/studio/${name}`, import.meta.url));

// `limit`: KiB that the file may have.
export const bundles = [
  {
    name: "charts.js",
    entry: "src/main.ts",
    limit: 720,
    includes: "charts. Includes Apache ECharts 6.1.0 (Apache-2.0), zrender (BSD-3-Clause), tslib (0BSD)",
  },
  { name: "rules.js", entry: "src/rules/main.ts", limit: 120, includes: "rule builder. Includes Lit 3.3.3 (BSD-3-Clause)" },
].map((each) => ({ ...each, outfile: served(each.name) }));

// ECharts keeps a `new Function` fallback for engines without JSON.parse. No engine we
// support needs it, and a page with a content security policy is better off without it.
const noEval = {
  name: "no-eval",
  setup(b) {
    b.onLoad({ filter: /GeoJSONResource\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(
        /typeof JSON !== 'undefined' && JSON\.parse \? JSON\.parse\(source\) : new Function\(.*\)\(\);/,
        "JSON.parse(source);",
      ),
      loader: "js",
    }));
  },
};

export async function bundle({ entry, includes }) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["es2020"],
    charset: "utf8",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    banner: { js: `/*! Zhixin ${includes}. Built from frontend/; do not edit. */` },
    plugins: [noEval],
    logLevel: "warning",
  });
  return result.outputFiles[0].text;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const each of bundles) {
    const text = await bundle(each);
    await mkdir(dirname(each.outfile), { recursive: true });
    await writeFile(each.outfile, text);
    console.log(`${relative(process.cwd(), each.outfile)}  ${(text.length / 1024).toFixed(0)} KiB`);
  }
}
