import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { contract } from "@luckygas/gateway-client";
import { describeWith } from "../../support/real-parts.ts";
import { contextOf, type House, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

async function open() {
  house = await openHouse({ apiOnly: true });
  const { gateway } = house;
  return {
    hot: gateway.platform.database.hot,
    handlers: gateway.sms.handlers,
    context: contextOf(gateway.platform, { subject: "boss", role: "manager" }),
  };
}

describeWith(["postgres"], "the list of those who want no promotions", () => {
  test("is read in pages, latest first, numbers masked; an entry is found by number and lifted by its id", async () => {
    const { hot, handlers, context } = await open();
    for (let index = 0; index < 5; index += 1) {
      const to = `091234567${index}`;
      await handlers.suppressRecipient({ to, reason: `refusal ${index}`, lift: false }, context);
    }
    // A second apart, since two may come in the same millisecond.
    await hot`UPDATE sms_suppressions SET created_at = now() + right(reason, 1)::int * interval '1 second'`;
    const first = await handlers.listSuppressions({ limit: 2 }, context);
    const second = await handlers.listSuppressions({ limit: 3, cursor: first.nextCursor ?? "" }, context);
    expect(second.nextCursor).toBeNull();
    const all = [...first.items, ...second.items];
    expect(all.map(({ reason }) => reason)).toEqual([4, 3, 2, 1, 0].map((index) => `refusal ${index}`));
    expect(all[0]).toMatchObject({ to: "0912***674", createdBy: "boss" });

    const found = await handlers.listSuppressions({ to: "+886 912-345-672", limit: 10 }, context);
    expect(found.items).toEqual(all.filter(({ reason }) => reason === "refusal 2"));
    const id = found.items[0]?.id ?? "";
    const reason = "wrote that it is all right";
    expect(await handlers.liftSuppression({ id, reason }, context)).toEqual({ to: "0912***672", isSuppressed: false });
    await expect(handlers.liftSuppression({ id, reason }, context)).rejects.toMatchObject({ code: "not_found" });
    expect((await handlers.listSuppressions({ to: "0912345672", limit: 10 }, context)).items).toEqual([]);
    expect((await handlers.listSuppressions({ limit: 50 }, context)).items).toHaveLength(4);
    for (const input of [
      { limit: 2, cursor: "x" },
      { limit: 2, to: "0223456789" },
    ]) {
      await expect(handlers.listSuppressions(input, context)).rejects.toMatchObject({ code: "invalid_input" });
    }
  });
});

describeWith(["postgres"], "the register of links and numbers", () => {
  test("is read in pages, by kind and by provider, and an entry is removed as it is listed", async () => {
    const { handlers, context } = await open();
    const register = (kind: "url" | "phone", value: string, provider?: string) =>
      handlers.registerLink(
        { kind, value, matchesBelow: kind === "url", remove: false, note: "filed", provider },
        context,
      );
    await register("url", "https://gas.example.tw/o");
    await register("url", "https://gas.example.tw/o", "mitake");
    await register("url", "https://pay.example.tw", "every8d");
    await register("phone", "02-2345-6789");
    const page = await handlers.listLinks({ limit: 2 }, context);
    const rest = await handlers.listLinks({ limit: 2, cursor: page.nextCursor ?? "" }, context);
    expect(rest.nextCursor).toBeNull();
    const all = [...page.items, ...rest.items];
    expect(all.map(({ kind, value, provider }) => [kind, value, provider])).toEqual([
      ["phone", "0223456789", null],
      ["url", "gas.example.tw/o", null],
      ["url", "gas.example.tw/o", "mitake"],
      ["url", "pay.example.tw", "every8d"],
    ]);
    expect(all[1]).toMatchObject({ matchesBelow: true, note: "filed", createdBy: "boss" });
    const phones = await handlers.listLinks({ kind: "phone", limit: 50 }, context);
    expect(phones.items).toEqual(all.slice(0, 1));
    const mitakes = await handlers.listLinks({ provider: "mitake", limit: 50 }, context);
    expect(mitakes.items).toEqual(all.slice(0, 3));
    const { kind, value } = all[1] ?? { kind: "url", value: "" };
    const gone = await handlers.registerLink({ kind, value, matchesBelow: false, remove: true }, context);
    expect(gone.isApproved).toBe(false);
    expect((await handlers.listLinks({ limit: 50 }, context)).items).toHaveLength(3);
    for (const input of [
      { limit: 2, cursor: "x" },
      { limit: 2, provider: "pigeon" },
    ]) {
      await expect(handlers.listLinks(input, context)).rejects.toMatchObject({ code: "invalid_input" });
    }
  });
});

test("drivers neither read nor change the registers", () => {
  const { suppressRecipient, listSuppressions, liftSuppression, registerLink, listLinks } = contract.sms;
  for (const { roles } of [suppressRecipient, listSuppressions, liftSuppression, registerLink, listLinks]) {
    expect(roles).not.toBe("public");
    expect(roles).not.toContain("driver");
  }
});
