import type { Drizzle } from "../platform/database.ts";
import type { ApprovedLink } from "./rules/links.ts";
import { readApprovedLinks } from "./store/rules.ts";

/** The approved links and numbers, at most two seconds old, so that no send waits for them. */
export interface LinkRegister {
  read(): Promise<readonly ApprovedLink[]>;
  /** The next reading is fresh. */
  forget(): void;
}

const FRESH_MS = 2_000;

export function createLinkRegister(db: Drizzle): LinkRegister {
  let cached: { at: number; links: Promise<readonly ApprovedLink[]> } | undefined;
  return {
    read: () => {
      const now = performance.now();
      if (cached && now - cached.at < FRESH_MS) return cached.links;
      const links = readApprovedLinks(db);
      cached = { at: now, links };
      links.catch(() => {
        if (cached?.links === links) cached = undefined;
      });
      return links;
    },
    forget: () => {
      cached = undefined;
    },
  };
}
