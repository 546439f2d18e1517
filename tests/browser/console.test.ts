import { beforeAll, describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { seriousFindings, signInByToken } from "../support/browser.ts";
import { startGatewayProcess } from "../support/gateway-process.ts";
import { describeWith } from "../support/real-parts.ts";
import { waitFor } from "../support/wait-for.ts";
import { draftOf, expectCleanTabs, goTo, unknownMessage, useConsoleKit } from "./console-kit.ts";

const PASSWORD = "correct horse battery staple";

describeWith(["chromium", "postgres"], "the console in Chromium", () => {
  const kit = useConsoleKit({
    numbers: 1_000,
    prepare: async ({ env }) => {
      await writeFile(join(env.SECRETS_DIR ?? "", "first-superuser-password"), PASSWORD);
    },
  });
  const { atTheDoor, signedIn, tokenOf } = kit;

  describe("the door", () => {
    test("a wrong password is told and lets nobody in; the right one does; signing out ends it", async () => {
      const { page } = await atTheDoor();
      await page.getByLabel("帳號").fill("admin");
      await page.getByLabel("密碼").fill("wrong password");
      await page.getByRole("button", { name: "登入", exact: true }).click();
      await page.getByRole("alert").getByText("登入資料無效").waitFor();
      await page.getByLabel("密碼").fill(PASSWORD);
      await page.getByRole("button", { name: "登入", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "總覽" }).waitFor();
      await page.getByRole("button", { name: "登出" }).click();
      await page.getByText("您已登出").waitFor();
      expect(await page.evaluate("sessionStorage.length")).toBe(0);
    });

    test("a wrong token is told", async () => {
      const tab = await atTheDoor();
      await signInByToken(tab, "not.a.token");
      await tab.page.getByRole("alert").waitFor();
      expect(await tab.page.getByRole("navigation").count()).toBe(0);
    });

    test("a session that has ended leads back to the door and says so", async () => {
      const tab = await atTheDoor();
      // The gateway allows some seconds of difference between clocks.
      await signInByToken(tab, await tokenOf("short", "manager", 1));
      await tab.page.getByText("登入已過期").waitFor({ timeout: 30_000 });
      expect(await tab.page.evaluate("sessionStorage.length")).toBe(0);
    });

    test("a driver is told that the console is not for drivers", async () => {
      const tab = await atTheDoor();
      await signInByToken(tab, await tokenOf("D1", "driver"));
      await tab.page.getByRole("heading", { name: "您的角色不能使用主控台" }).waitFor();
      expect(await tab.page.getByRole("navigation").getByRole("link").count()).toBe(0);
    });
  });

  test("an invoice is issued and its proof is shown as it prints", async () => {
    const tab = await signedIn("王小明", "office_staff");
    const { page } = tab;
    await page.getByRole("link", { name: "電子發票" }).click();
    await page.getByRole("link", { name: "開立發票" }).click();
    await page.getByLabel("品名").fill("家用瓦斯 20 公斤桶裝");
    await page.getByLabel("數量").fill("2");
    await page.getByLabel("單價").fill("690");
    await page.getByRole("button", { name: "開立發票" }).click();
    await page.getByRole("heading", { level: 1, name: /^AA1000/ }).waitFor();
    const proof = page.getByTestId("proof");
    await proof.getByText("電子發票證明聯").waitFor();
    await proof.getByText("總計 1380").waitFor();
    const { items } = await (await kit.gateway().client()).einvoice.listInvoices.query({ limit: 1 });
    const issued = items[0];
    if (!issued) throw new Error("no invoice was issued");
    const { invoiceNumber, invoicePeriod } = issued;
    const strings = await (await kit.gateway().client()).einvoice.getProof.query({ invoiceNumber, invoicePeriod });
    await proof.getByRole("img", { name: `Code 39 ${strings.barcode}` }).waitFor();
    expect(await proof.getByRole("img", { name: /^QR/ }).count()).toBe(2);
    await page.getByText("平台已收").first().waitFor();
    await page.getByRole("button", { name: "列印" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "下載證明聯" }).click(),
    ]);
    expect(download.suggestedFilename()).toEndWith(".pdf");
  });

  describeWith(["zbarimg"], "the proof on the screen", () => {
    test("can be read by a scanner: the barcode and both QR codes", async () => {
      const client = await kit.gateway().client();
      const { id, invoiceNumber, invoicePeriod } = await client.einvoice.issueInvoice.mutate({
        idempotencyKey: "console-scanned",
        buyer: { kind: "business", ubn: "04595257", name: "好鄰居餐飲" },
        lines: [{ description: "瓦斯 16 公斤", quantity: 3, unitPrice: 580 }],
      });
      const proof = await client.einvoice.getProof.query({ invoiceNumber, invoicePeriod });
      const tab = await signedIn("王小明", "manager", { scale: 4, theme: "dark" });
      await goTo(tab.page, `#/invoices/${id}`);
      const paper = tab.page.getByTestId("proof");
      await paper.getByRole("img", { name: /^QR/ }).first().waitFor();
      const file = join(kit.world().env.DATA_DIR ?? "", "..", "proof.png");
      await paper.screenshot({ path: file });
      const { stdout } = Bun.spawnSync(["zbarimg", "--quiet", "--raw", "-Sbinary", file]);
      const read = stdout.toString();
      for (const text of [proof.barcode, proof.leftQr, proof.rightQr]) expect(read).toContain(text);
    });
  });

  test("a batch is sealed by one person, approved by another, sent and reconciled before their eyes", async () => {
    const id = await draftOf(await kit.gateway().client("maker"), "two-people");
    const maker = await signedIn("maker", "manager");
    await goTo(maker.page, `#/batches/${id}`);
    await maker.page.getByRole("button", { name: "封存" }).click();
    await maker.page.getByRole("button", { name: "封存檔案" }).click();
    const approve = maker.page.getByRole("button", { name: "核准", exact: true });
    await approve.waitFor();
    expect(await approve.getAttribute("aria-disabled")).toBe("true");
    expect(await approve.getAttribute("title")).toContain("建立者不能核准");

    const approver = await signedIn("approver", "manager");
    await goTo(approver.page, `#/batches/${id}`);
    await approver.page.getByRole("button", { name: "核准", exact: true }).click();
    const { sha256 } = await (await kit.gateway().client()).banking.previewFile.query({ batchId: id });
    await approver.page.getByRole("dialog").getByText(sha256).waitFor();
    await approver.page.getByRole("button", { name: "核准這個檔案" }).click();

    await maker.page.getByText("approver 核准").waitFor();
    await maker.page.getByRole("button", { name: "送到銀行" }).click();
    await maker.page.getByRole("button", { name: "送出扣款檔" }).click();
    await maker.page.getByText("改為正式檔名").waitFor({ timeout: 30_000 });
    await maker.page.getByText("對帳完成").waitFor({ timeout: 30_000 });
    await maker.page.getByText("100 %").waitFor();
  }, 90_000);

  test("an SMS is sent and seen to be delivered, without its number in the address", async () => {
    const { page } = await signedIn("王小明", "office_staff");
    await page.getByRole("link", { name: "簡訊" }).click();
    await page.getByRole("button", { name: "發送簡訊" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("手機號碼").fill("0912345678");
    await dialog.getByLabel("內文").fill("【幸福氣】您的瓦斯正在配送中");
    await dialog.getByText("1 則（UCS-2").waitFor();
    await dialog.getByRole("button", { name: "發送", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: /0912\*\*\*678/ }).waitFor();
    await page.getByRole("heading", { level: 1, name: /已送達/ }).waitFor({ timeout: 30_000 });
    await page.getByText("every8d 回條").first().waitFor();
    expect(page.url()).not.toContain("345678");
  });

  test("what nobody knows waits for a person, who settles it; office staff may not", async () => {
    const client = await kit.gateway().client();
    const id = await unknownMessage(kit, "console-unknown");
    const clerk = await signedIn("clerk", "office_staff");
    await clerk.page.getByRole("link", { name: /待人處理/ }).click();
    const refused = clerk.page.getByRole("button", { name: "判定是否送出" });
    await refused.waitFor();
    expect(await refused.getAttribute("aria-disabled")).toBe("true");

    const { page } = await signedIn("boss", "manager");
    await page.getByRole("link", { name: /待人處理/ }).click();
    await page.getByRole("button", { name: "判定是否送出" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /沒有送出，不再送/ }).check();
    await dialog.getByLabel("查證紀錄").fill("業者後台查無此則");
    await dialog.getByRole("button", { name: "判定是否送出" }).click();
    await page.getByText("目前沒有需要人處理的事").waitFor();
    expect((await client.sms.getMessage.query({ id })).status).toBe("rejected");
    await page.getByRole("link", { name: "稽核軌跡" }).click();
    await page.getByText("sms.settleUnknown").first().waitFor();
  });

  test("while the gateway restarts, what is known stays on the page and is brought up to date after", async () => {
    const { page } = await signedIn("王小明", "manager", { language: "en" });
    await page.getByRole("link", { name: "Invoices" }).click();
    await page
      .getByRole("link", { name: /^AA1000/ })
      .first()
      .waitFor();
    await kit.gateway().kill();
    await page.getByText("No connection; this is as of").first().waitFor({ timeout: 30_000 });
    expect(await page.getByRole("link", { name: /^AA1000/ }).count()).toBeGreaterThan(0);
    kit.setGateway(await startGatewayProcess({ env: kit.world().env, port: kit.world().port }));
    const { invoiceNumber } = await (await kit.gateway().client()).einvoice.issueInvoice.mutate({
      idempotencyKey: "console-after-restart",
      buyer: { kind: "consumer" },
      lines: [{ description: "瓦斯", quantity: 1, unitPrice: 580 }],
    });
    await page.getByRole("link", { name: invoiceNumber }).waitFor({ timeout: 30_000 });
    expect(await page.getByText("No connection").count()).toBe(0);
  }, 90_000);

  describe("every view, on a desktop and a phone, in both languages and themes", () => {
    // Something must wait for a person, or that view would be empty.
    beforeAll(async () => {
      await unknownMessage(kit, "console-waits");
    });

    const some = [
      { language: "zh", theme: "light", width: 1280, height: 900 },
      { language: "en", theme: "dark", width: 390, height: 844 },
    ] as const;
    // Every combination takes minutes; ordinarily two that differ in everything are looked at.
    const every = (["zh", "en"] as const).flatMap((language) =>
      (["light", "dark"] as const).flatMap((theme) => [
        { language, theme, width: 1280, height: 900 },
        { language, theme, width: 390, height: 844 },
      ]),
    );
    const variants = process.env.CONSOLE_VIEWS === "full" ? every : some;
    test.each(variants)(
      "$language, $theme, $width px: axe has no serious finding and nothing is cut off",
      async (variant) => {
        const door = await atTheDoor(variant);
        expect(await seriousFindings(door.page)).toEqual([]);
        const tab = await signedIn("王小明", "manager", variant);
        const client = await kit.gateway().client();
        const [invoice] = (await client.einvoice.listInvoices.query({ limit: 1 })).items;
        const [batch] = (await client.banking.listBatches.query({ limit: 1 })).items;
        const [message] = (await client.sms.listMessages.query({ limit: 1 })).items;
        const places = ["overview", "attention", "invoices", `invoices/${invoice?.id}`, "invoices/new", "numbers"];
        places.push("batches", "batches/new", `batches/${batch?.id}`, "sms", `sms/${message?.id}`, "settings", "audit");
        places.push("settings/bank:mega", "settings/bank:", "settings/provider:every8d");
        places.push("settings/template:delivery_arrived");
        for (const place of places) {
          // With a query of its own, so that the page is really loaded anew.
          await tab.page.goto(`${kit.gateway().url}/console?${encodeURIComponent(place)}#/${place}`);
          await tab.page.getByRole("heading", { level: 1 }).waitFor();
          await waitFor("the answers", async () => (await tab.page.locator(".loading").count()) === 0);
          const findings = await seriousFindings(tab.page);
          const overflow = await tab.page.evaluate("document.documentElement.scrollWidth - innerWidth");
          expect({ place, findings, overflow }).toEqual({ place, findings: [], overflow: 0 });
        }
      },
      120_000,
    );

    test("by keyboard alone: past the navigation, into a dialog and out of it", async () => {
      const { page } = await signedIn("王小明", "manager");
      await page.getByRole("link", { name: "字軌與期限" }).press("Enter");
      await page.getByRole("heading", { level: 1, name: "字軌與期限" }).waitFor();
      await waitFor("the heading to have the focus", () =>
        page.evaluate<boolean>("document.activeElement.tagName === 'H1'"),
      );
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      expect(await page.evaluate("document.activeElement.textContent")).toBe("匯入字軌");
    });
  });

  expectCleanTabs(kit);

  test("the page's policy is strict, and its files are kept by browsers for as long as they may", async () => {
    const response = await fetch(`${kit.gateway().url}/console`);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toStartWith("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    const page = await response.text();
    expect(page).not.toMatch(/<style|<script(?![^>]*src=)|\son\w+=|style=/);
    for (const [, address = ""] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(address).toMatch(/^\/console\/[a-z]+-[a-z0-9]{8}\.(js|css|svg)$/);
      const file = await fetch(`${kit.gateway().url}${address}`);
      expect(file.headers.get("cache-control")).toContain("immutable");
    }
  });
});
