/** Keeps the layers apart: what each folder may import, and no import cycles. Prints every breach; exits 1 when there is one. */
import { dirname, join, normalize, relative } from "node:path";
import { Glob } from "bun";

const root = join(import.meta.dir, "../..");
/** Modules of the platform without any input or output, which rules may use. */
const pureModules = ["src/platform/taipei-time.ts", "src/platform/big5.ts", "src/platform/errors.ts"];
const capabilities = ["einvoice", "banking", "sms"];

interface Layer {
  name: string;
  contains(file: string): boolean;
  /** Whether a file of this layer may import a file of the project. */
  mayImport(target: string, file: string): boolean;
  /** Whether it may import a package. Default: any. */
  mayUse?(specifier: string): boolean;
}

const under = (folder: string) => (file: string) => file.startsWith(`${folder}/`);
const inContracts = under("contracts");
const inPlatform = under("src/platform");
const capabilityOf = (file: string) => capabilities.find((name) => file.startsWith(`src/${name}/`));

/** The first layer that contains a file judges it. */
const layers: Layer[] = [
  {
    name: "contracts",
    contains: inContracts,
    mayImport: inContracts,
    mayUse: (specifier) => specifier === "zod" || specifier.startsWith("@trpc/"),
  },
  { name: "platform", contains: inPlatform, mayImport: inPlatform },
  {
    name: "rules",
    contains: (file) => /^src\/(einvoice|banking|sms)\/rules\//.test(file),
    mayImport: (target, file) => pureModules.includes(target) || target.startsWith(`src/${capabilityOf(file)}/rules/`),
    mayUse: (specifier) => ["zod", "@luckygas/gateway-client", "node:crypto"].includes(specifier),
  },
  {
    name: "capability",
    contains: (file) => capabilityOf(file) !== undefined,
    mayImport: (target, file) => inPlatform(target) || target.startsWith(`src/${capabilityOf(file)}/`),
  },
  {
    name: "simulators",
    contains: under("src/simulators"),
    mayImport: (target) => inPlatform(target) || target.startsWith("src/simulators/"),
  },
  {
    name: "http",
    contains: under("src/http"),
    mayImport: (target) => inPlatform(target) || target.startsWith("src/http/"),
  },
];

const files = new Map<string, string>();
for (const pattern of ["src/**/*.{ts,tsx}", "contracts/src/**/*.ts"]) {
  for await (const file of new Glob(pattern).scan(root)) files.set(file, await Bun.file(join(root, file)).text());
}

const transpilers = { ts: new Bun.Transpiler({ loader: "ts" }), tsx: new Bun.Transpiler({ loader: "tsx" }) };
const importsOf = (file: string, source: string) =>
  transpilers[file.endsWith(".tsx") ? "tsx" : "ts"].scanImports(source).map(({ path }) => path);
const breaches: string[] = [];
const graph = new Map<string, string[]>();
for (const [file, source] of files) {
  const layer = layers.find((candidate) => candidate.contains(file));
  const targets: string[] = [];
  for (const specifier of specifiersOf(file, source)) {
    if (!specifier.startsWith(".")) {
      if (layer?.mayUse && !layer.mayUse(specifier)) breaches.push(`${file}: ${layer.name} may not use ${specifier}`);
      continue;
    }
    const target = normalize(join(dirname(file), specifier));
    targets.push(target);
    if (!files.has(target)) breaches.push(`${file}: ${specifier} does not exist or lacks its ending`);
    if (layer && !layer.mayImport(target, file)) breaches.push(`${file}: ${layer.name} may not import ${target}`);
  }
  graph.set(file, targets);
}
breaches.push(...cycles());
for (const breach of breaches) console.error(breach);
process.exit(breaches.length > 0 ? 1 : 0);

/** Imports and re-exports, also those of types only (which a transpiler drops). */
function specifiersOf(file: string, source: string): Set<string> {
  const found = new Set<string>();
  for (const match of source.matchAll(/^\s*(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"/gm)) found.add(match[1] ?? "");
  for (const path of importsOf(file, source)) found.add(path);
  return found;
}

/** Circles of imports that are left when programs run: type-only imports are dropped by the compiler. */
function cycles(): string[] {
  const runtime = new Map<string, string[]>();
  for (const [file, source] of files) {
    const targets = importsOf(file, source)
      .filter((path) => path.startsWith("."))
      .map((path) => normalize(join(dirname(file), path)));
    runtime.set(file, targets);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, trail: string[]) => {
    const start = trail.indexOf(file);
    if (start >= 0)
      found.push(`import cycle: ${[...trail.slice(start), file].map((f) => relative("", f)).join(" → ")}`);
    if (start >= 0 || done.has(file)) return;
    for (const target of runtime.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of files.keys()) visit(file, []);
  return found;
}
