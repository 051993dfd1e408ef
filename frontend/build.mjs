// Builds src/main.ts into the one script Django serves.
import { build } from "esbuild";
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const outfile = fileURLToPath(
  new URL("../marketing/studio/static/studio/charts.js", import.meta.url),
);

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

export async function bundle() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: ["src/main.ts"],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: ["es2020"],
    charset: "utf8",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    banner: {
      js: "/*! Zhixin charts. Includes Apache ECharts 6.1.0 (Apache-2.0), zrender (BSD-3-Clause), tslib (0BSD). Built from frontend/; do not edit. */",
    },
    plugins: [noEval],
    logLevel: "warning",
  });
  return result.outputFiles[0].text;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const text = await bundle();
  await mkdir(dirname(outfile), { recursive: true });
  await writeFile(outfile, text);
  console.log(`${relative(process.cwd(), outfile)}  ${(text.length / 1024).toFixed(0)} KiB`);
}
