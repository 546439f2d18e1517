import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** A page that must answer within this is broken, not slow. */
const STEP_TIMEOUT_MS = 30_000;

/** The system's Chromium without a window, with a fresh profile, telling nobody outside of anything. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: Bun.which("chromium") ?? "chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface ConsoleTab {
  page: Page;
  /** What went wrong in the page: exceptions, refused loads, breaches of its policy. */
  faults: string[];
  /** Addresses outside the gateway that the page asked for. */
  outside: string[];
  close(): Promise<void>;
}

export interface TabOptions {
  url: string;
  language?: "zh" | "en";
  theme?: "light" | "dark";
  width?: number;
  height?: number;
  /** Device pixels for one of the page's. */
  scale?: number;
}

/** A tab of its own (nothing shared with other tabs) on the console's door. */
export async function openConsole(browser: Browser, options: TabOptions): Promise<ConsoleTab> {
  const { url, language = "zh", theme = "light", width = 1280, height = 900, scale = 1 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    colorScheme: theme,
    locale: "zh-TW",
  });
  context.setDefaultTimeout(STEP_TIMEOUT_MS);
  await context.addInitScript(
    `localStorage.getItem("luckygas-console-language") ?? localStorage.setItem("luckygas-console-language", "${language}")`,
  );
  const page = await context.newPage();
  const faults: string[] = [];
  const outside: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (4|5)\d\d|ERR_CONNECTION|Failed to load/.test(message.text())) {
      faults.push(message.text());
    }
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) outside.push(request.url());
  });
  await page.goto(`${url}/console`);
  return { page, faults, outside, close: () => closeContext(context) };
}

async function closeContext(context: BrowserContext): Promise<void> {
  await context.close();
}

/** Signs in by a bearer token, as staff of the back end do. */
export async function signInByToken({ page }: ConsoleTab, token: string): Promise<void> {
  await page.getByRole("button", { name: /改用存取權杖|bearer token instead/ }).click();
  await page
    .getByLabel(/存取權杖|Bearer token/)
    .first()
    .fill(token);
  await page.getByRole("button", { name: /^(登入|Sign in)$/ }).click();
}

const axeSource = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

interface AxeResult {
  violations: { id: string; impact: string | null; nodes: { target: unknown[]; failureSummary?: string }[] }[];
}

/** Findings of axe that are serious or critical, each with its places; empty when there is none. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Evaluated by the browser's own debugger, so the page's policy stays as strict as it is.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResult>("axe.run(document, { resultTypes: ['violations'] })");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}
