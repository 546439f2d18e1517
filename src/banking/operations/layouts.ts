import type { layoutSchema } from "@luckygas/gateway-client";
import type { z } from "zod";
import { OperationError } from "../../platform/errors.ts";
import type { BankingDependencies } from "../dependencies.ts";
import type { LayoutEntry } from "../layout-library.ts";
import { loadLayout } from "../rules/layout/layout.ts";
import { builtInLayouts } from "../rules/layouts/index.ts";
import type { Input, Output } from "./batch-view.ts";

type LayoutView = z.input<typeof layoutSchema>;

/** Every layout, loaded afresh: one that cannot be loaded is listed with the places that are wrong. */
export function createListLayouts(deps: BankingDependencies) {
  return async (): Promise<Output<"listLayouts">> => {
    const library = await deps.layouts.all();
    return { items: [...library.values()].map(viewLayout), nextCursor: null };
  };
}

/** Stores a layout that can be loaded; built-in ones cannot be replaced, since old files were made by them. */
export function createUpsertLayout(deps: BankingDependencies) {
  return async ({ description }: Input<"upsertLayout">): Promise<Output<"upsertLayout">> => {
    const loaded = loadLayout(description);
    if (!loaded.ok) {
      const fields = loaded.problems.slice(0, 100).map((rule) => ({ path: "description", rule }));
      throw new OperationError("invalid_input", `description: ${loaded.problems[0]}`, {
        reason: "layout_unsound",
        fields,
      });
    }
    const { id } = loaded.layout.description;
    if (builtInLayouts.has(id)) {
      throw new OperationError("invalid_input", `description.id: ${id} is built in; choose another id`, {
        reason: "layout_built_in",
        fields: [{ path: "description.id", rule: "is the id of a built-in layout" }],
      });
    }
    await deps.storedLayouts.write(id, description, deps.clock.now());
    return viewLayout({ id, source: "table", description });
  };
}

function viewLayout({ id, source, description }: LayoutEntry): LayoutView {
  const loaded = loadLayout(description);
  if (!loaded.ok) {
    const unknown = { title: "", direction: "", format: "", encoding: "", recordBytes: null, sha256: null };
    return { id, source, ...unknown, problems: loaded.problems };
  }
  const { title, direction, format, encoding } = loaded.layout.description;
  const recordBytes = loaded.layout.description.format === "fixed_width" ? loaded.layout.description.recordBytes : null;
  return { id, source, title, direction, format, encoding, recordBytes, sha256: loaded.layout.sha256, problems: [] };
}
