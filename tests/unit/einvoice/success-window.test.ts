import { expect, test } from "bun:test";
import { createSuccessWindow } from "../../../src/einvoice/metrics.ts";

test("the success rate is that of the last five minutes", () => {
  let now = Date.parse("2025-01-15T02:00:00Z");
  const window = createSuccessWindow({ now: () => new Date(now), sleep: async () => {} });
  expect(window.rate()).toBe(1);
  window.add(false);
  expect(window.rate()).toBe(0);
  now += 200_000;
  for (let call = 0; call < 3; call += 1) window.add(true);
  expect(window.rate()).toBe(0.75);
  now += 110_000;
  expect(window.rate()).toBe(1);
  now += 400_000;
  expect(window.rate()).toBe(1);
});
