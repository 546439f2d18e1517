import { cp, mkdir, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A line of a Dockerfile. */
export interface Step {
  instruction: string;
  rest: string;
}

export function readDockerfile(text: string): Step[] {
  return text
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, instruction = "", rest = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return { instruction, rest };
    });
}

export interface Built {
  /** Folder that stands for `/app` of the image. */
  app: string;
  command: string[];
  healthCheck: string[];
  env: Record<string, string>;
  user: string;
  images: string[];
}

/** Runs the steps of a Dockerfile as `docker build` would, in folders of its own and with the programs of this machine. */
export async function runSteps(steps: Step[], context: string, ignored: string[], scratch: string): Promise<Built> {
  const built: Built = { app: "", command: [], healthCheck: [], env: {}, user: "root", images: [] };
  const stages = new Map<string, string>();
  let stage = "";
  let folder = "";
  for (const { instruction, rest } of steps) {
    switch (instruction) {
      case "FROM": {
        const [image = "", , name] = rest.split(/\s+/);
        built.images.push(image);
        stage = join(scratch, `stage-${built.images.length}`);
        if (name) stages.set(name, stage);
        await mkdir(stage, { recursive: true });
        break;
      }
      case "WORKDIR":
        folder = join(stage, rest);
        await mkdir(folder, { recursive: true });
        break;
      case "COPY":
        await copy(rest.split(/\s+/), { context, ignored, stages, folder });
        break;
      case "RUN":
        run(rest, folder);
        break;
      case "ENV":
        for (const pair of rest.split(/\s+/)) built.env[pair.split("=")[0] ?? ""] = pair.split("=")[1] ?? "";
        break;
      case "USER":
        built.user = rest;
        break;
      case "HEALTHCHECK":
        built.healthCheck = JSON.parse(rest.slice(rest.indexOf("CMD") + 3));
        break;
      case "CMD":
        built.command = JSON.parse(rest);
        break;
      case "EXPOSE":
      case "STOPSIGNAL":
        break;
      default:
        throw new Error(`the test does not know ${instruction}`);
    }
  }
  return { ...built, app: folder };
}

function run(command: string, cwd: string): void {
  const { PATH, HOME } = process.env;
  const bun = dirname(process.execPath);
  const done = Bun.spawnSync(["/bin/sh", "-c", command], { cwd, env: { PATH: `${bun}:${PATH}`, HOME: HOME ?? cwd } });
  if (done.exitCode !== 0) throw new Error(`${command}\n${done.stdout.toString()}${done.stderr.toString()}`);
}

interface CopyDeps {
  context: string;
  ignored: string[];
  stages: Map<string, string>;
  folder: string;
}

async function copy(words: string[], { context, ignored, stages, folder }: CopyDeps): Promise<void> {
  const from = words[0]?.startsWith("--from=") ? words.shift()?.slice("--from=".length) : undefined;
  const target = words.pop() ?? "";
  const root = from === undefined ? context : stages.get(from);
  if (root === undefined) throw new Error(`no stage ${from}`);
  for (const source of words) {
    if (from === undefined && isIgnored(source, ignored)) throw new Error(`${source} is in .dockerignore`);
    const isFolder = (await stat(join(root, source))).isDirectory();
    const to = target.endsWith("/") && !isFolder ? join(folder, target, source) : join(folder, target);
    await mkdir(dirname(to), { recursive: true });
    await cp(join(root, source), to, {
      recursive: true,
      filter: (path) => from !== undefined || !isIgnored(path.slice(root.length).replace(/^\//, ""), ignored),
    });
  }
}

function isIgnored(path: string, ignored: string[]): boolean {
  return ignored.some((pattern) => {
    if (pattern.startsWith("*.")) return !path.includes("/") && path.endsWith(pattern.slice(1));
    return path === pattern || path.startsWith(`${pattern}/`);
  });
}

/** Everything below a folder, as paths. */
export async function filesBelow(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).map(String);
}
