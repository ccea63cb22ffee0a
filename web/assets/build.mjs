// Bundles our scripts and styles with esbuild and writes manifest.json beside them; run by build.py.
import { cp, mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "../../node_modules");
const dist = process.argv[2];

// DKFDS ships eot, otf, ttf and woff beside woff2, and one picture file per icon class. We use our own
// four woff2 faces (css/fonts.css) and the sprite, so those rules would only be dead weight or 404s.
const unused = /@font-face\s*\{[^}]*\}|\.icon-[a-z-]+:not\(a\)\s*\{[^}]*\}|[^{}]*\{[^{}]*placeholder\.png[^}]*\}/g;

// The dark values are written once and used twice: for the system's wish and for the saved choice.
function bothWaysDark(css) {
  const head = css.slice(0, css.indexOf(".mk-dark"));
  const rules = css.slice(head.length);
  const system = rules.replaceAll(".mk-dark", ':root:not([data-theme="light"])');
  const chosen = rules.replaceAll(".mk-dark", ':root[data-theme="dark"]');
  return `@media (prefers-color-scheme: dark) { ${system} }\n${chosen}`;
}

const ownRules = {
  name: "own-rules",
  setup(build) {
    build.onLoad({ filter: /dkfds\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(unused, ""),
      loader: "css",
      resolveDir: dirname(path),
    }));
    build.onLoad({ filter: /css[/\\]dark\.css$/ }, async ({ path }) => ({
      contents: bothWaysDark(await readFile(path, "utf8")),
      loader: "css",
    }));
  },
};

async function entries(folder, ending) {
  const names = await readdir(join(here, folder), { withFileTypes: true });
  return names.filter((f) => f.isFile() && f.name.endsWith(ending)).map((f) => join(here, folder, f.name));
}

async function bundle() {
  const styles = ["app.css", "staff.css"].map((name) => join(here, "css", name));
  const { metafile } = await esbuild.build({
    entryPoints: [...(await entries("js", ".js")), ...styles],
    outdir: dist,
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: ["es2022", "chrome105", "firefox105", "safari15.4"],
    loader: { ".svg": "file", ".woff2": "file" },
    legalComments: "none",
    metafile: true,
    plugins: [ownRules],
  });
  const names = {};
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const source = output.entryPoint ?? Object.keys(output.inputs)[0];
    const isAsset = !output.entryPoint && !/\.(js|css)$/.test(path);
    if (output.entryPoint || isAsset) names[basename(source)] = basename(path);
  }
  return { names, files: Object.keys(metafile.outputs).map((path) => basename(path)) };
}

async function copyHashed(source, name) {
  const bytes = await readFile(source);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  const [stem, ending] = name.split(/\.(?=[^.]+$)/);
  const hashed = `${stem}-${hash}.${ending}`;
  await writeFile(join(dist, hashed), bytes);
  return hashed;
}

const licences = {
  "dkfds-LICENSE.md": "dkfds/LICENSE.md",
  "ibm-plex-OFL.txt": "dkfds/dist/fonts/IBMPlexSans/complete/woff2/license.txt",
  "htmx-LICENSE.txt": "htmx.org/LICENSE",
  "socket.io-client-LICENSE.txt": "socket.io-client/LICENSE",
};

await mkdir(join(dist, "licences"), { recursive: true });
const { names, files } = await bundle();
for (const name of await readdir(join(here, "img"))) {
  names[name] = await copyHashed(join(here, "img", name), name);
}
names["icons.svg"] = await copyHashed(join(modules, "dkfds/dist/img/all-svg-icons.svg"), "icons.svg");
for (const [name, source] of Object.entries(licences)) {
  await cp(join(modules, source), join(dist, "licences", name));
}
const manifest = { names, files: [...new Set([...files, ...Object.values(names)])].sort() };
await writeFile(join(dist, "manifest.json.new"), JSON.stringify(manifest, null, 1));
await rename(join(dist, "manifest.json.new"), join(dist, "manifest.json"));
console.log(`${manifest.files.length} files in ${relative(process.cwd(), dist)}`);
