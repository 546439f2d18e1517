import { join } from "node:path";
import { bundleConsole, type ConsoleAssets, type ConsoleFile, loadConsole } from "./console/assets.ts";

/** What the page may do: load its own files, call its own origin, nothing else. */
export const consolePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const YEAR_SECONDS = 31_536_000;

export interface Console {
  /** The answer to a request at or below `/console`. */
  answer(request: Request): Promise<Response>;
}

/**
 * The operators' page. In a built gateway its files lie beside the program (`scripts/lib/build-console.ts`); from sources
 * they are bundled into memory at the first request and kept.
 */
export function createConsole(): Console {
  let assets: Promise<ConsoleAssets> | undefined;
  const compressed = new WeakMap<ConsoleFile, Uint8Array<ArrayBuffer>>();

  function assetsOnce(): Promise<ConsoleAssets> {
    assets ??= loadOrBundle().catch((error: unknown) => {
      assets = undefined; // the next request tries again, e.g. after a source was mended
      throw error;
    });
    return assets;
  }

  return {
    answer: async (request) => {
      const name = new URL(request.url).pathname.slice("/console/".length);
      const { page, files } = await assetsOnce();
      if (name === "") return pageResponse(page);
      const file = files.get(name);
      if (!file) return new Response("no such file", { status: 404 });
      return fileResponse(file, compressed, request.headers.get("accept-encoding") ?? "");
    },
  };
}

async function loadOrBundle(): Promise<ConsoleAssets> {
  const built = await loadConsole(join(import.meta.dir, "console-assets"));
  return built ?? bundleConsole(join(import.meta.dir, "../console"));
}

function pageResponse(page: string): Response {
  return new Response(page, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": consolePolicy,
      "cache-control": "no-cache",
      "cross-origin-opener-policy": "same-origin",
    },
  });
}

function fileResponse(
  file: ConsoleFile,
  compressed: WeakMap<ConsoleFile, Uint8Array<ArrayBuffer>>,
  acceptEncoding: string,
): Response {
  const headers = {
    "content-type": file.type,
    "cache-control": `public, max-age=${YEAR_SECONDS}, immutable`,
    vary: "accept-encoding",
  };
  if (!/\bgzip\b/.test(acceptEncoding)) return new Response(file.bytes, { headers });
  const bytes = compressed.get(file) ?? Bun.gzipSync(file.bytes);
  compressed.set(file, bytes);
  return new Response(bytes, { headers: { ...headers, "content-encoding": "gzip" } });
}
