import { describe, expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { taipeiParts } from "../../src/platform/taipei-time.ts";
import { describeWith } from "../support/real-parts.ts";
import { waitFor } from "../support/wait-for.ts";
import { draftOf, expectCleanTabs, goTo, unknownMessage, useConsoleKit } from "./console-kit.ts";

describeWith(["chromium", "postgres"], "what people do in the console", () => {
  const kit = useConsoleKit({
    numbers: 500,
    prepare: async ({ sql }) => {
      await sql`UPDATE einvoice_sellers SET config = config || '{"paths": {"void": "/withdraw"}}'`;
    },
  });
  const bank = () => {
    const [mega] = kit.world().banks;
    if (!mega) throw new Error("no bank is simulated");
    return mega.simulator;
  };

  /** A batch that is ordered to be sent. */
  async function sentBatch(key: string): Promise<string> {
    const maker = await kit.gateway().client("maker");
    const batchId = await draftOf(maker, key);
    const { file, approvalsRequired } = await maker.banking.sealBatch.mutate({ batchId });
    for (const subject of ["first", "second"].slice(0, approvalsRequired)) {
      const approver = await kit.gateway().client(subject);
      await approver.banking.approveBatch.mutate({ batchId, sha256: file?.sha256 ?? "" });
    }
    await maker.banking.sendBatch.mutate({ batchId });
    return batchId;
  }

  const statusOf = async (batchId: string) =>
    (await (await kit.gateway().client()).banking.getBatch.query({ batchId })).status;

  describe("what needs a person", () => {
    test("an invoice of unknown outcome is settled from the list, and the platform's state is on its page", async () => {
      const { faults } = kit.world().einvoicePlatform;
      faults.add({ operation: "issue", kind: "drop_after" });
      faults.add({ operation: "query", kind: "reply", status: 500, times: 10_000 });
      const client = await kit.gateway().client();
      const { id, invoiceNumber } = await client.einvoice.issueInvoice.mutate({
        idempotencyKey: "acts-unknown",
        buyer: { kind: "consumer" },
        lines: [{ description: "瓦斯", quantity: 1, unitPrice: 690 }],
      });
      await waitFor("the invoice to be unknown", async () => {
        return (await client.einvoice.getInvoice.query({ id })).status === "unknown";
      });
      const { page } = await kit.signedIn("boss", "manager");
      await page.getByRole("link", { name: /待人處理/ }).click();
      const item = page.getByRole("listitem").filter({ hasText: invoiceNumber });
      await item.getByText("到平台查到事實後判定").waitFor();
      await item.getByRole("button", { name: "判定結果" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("標為平台已收，不再傳送。").waitFor();
      await dialog.getByRole("radio", { name: /平台已收到/ }).check();
      await dialog.getByLabel("查證紀錄").fill("平台頁面查得此號");
      await dialog.getByRole("button", { name: "判定結果" }).click();
      await item.waitFor({ state: "detached" });
      faults.clear();
      await goTo(page, `#/invoices/${id}`);
      await page.getByRole("heading", { level: 1, name: /平台已收/ }).waitFor();
      await page.getByText("人工判定").waitFor();
    });

    test("a file that does not add up is set aside with its places; the right one is fetched and applied", async () => {
      const simulator = bank();
      const before = simulator.records().length;
      simulator.holdReplies();
      const batchId = await sentBatch("spoilt");
      await waitFor("the batch to be sent", async () => (await statusOf(batchId)) === "sent");
      // The reply is spoilt on its way, as a bad disk would.
      simulator.faults.add({ operation: "read", kind: "flip", times: 3 });
      await simulator.releaseReplies();
      await waitFor("the bank's answer", async () => simulator.records().length > before);
      const replyName = simulator.records().at(-1)?.replyName ?? "";
      const { page } = await kit.signedIn("boss", "manager");
      await goTo(page, "#/attention");
      const item = page.getByRole("listitem").filter({ hasText: replyName });
      await item.getByText("一筆都沒有入帳").waitFor({ timeout: 30_000 });
      expect(await statusOf(batchId)).toBe("sent");
      simulator.faults.clear();

      // The time of a file has whole seconds on the wire: a later one makes sure that it is seen as changed.
      const later = new Date(Date.now() + 5_000);
      utimesSync(join(simulator.folder, "download", replyName), later, later);
      await item.getByRole("button", { name: "現在收檔" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "現在收檔" }).click();
      const correction = page.getByRole("listitem").filter({ hasText: "更正檔，等人決定" });
      await correction.getByRole("button", { name: "採用更正檔" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("原因").fill("銀行重出了完整的回覆檔");
      await dialog.getByRole("button", { name: "採用更正檔" }).click();
      await correction.waitFor({ state: "detached" });
      await waitFor("the batch to be reconciled", async () => (await statusOf(batchId)) === "reconciled");
    }, 90_000);

    test("an SMS of unknown outcome is sent again, by keyboard alone", async () => {
      const id = await unknownMessage(kit, "acts-unknown-sms");
      const { page } = await kit.signedIn("boss", "manager");
      await goTo(page, "#/attention");
      const settle = page.getByRole("button", { name: "判定是否送出" });
      await settle.waitFor();
      await settle.focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("radio").first().focus();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      expect(await dialog.getByRole("radio", { name: /沒有送出，重送/ }).isChecked()).toBe(true);
      await page.keyboard.press("Tab");
      await page.keyboard.type("業者後台查無此則");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      kit.world().every8d.faults.clear();
      await page.keyboard.press("Enter");
      await dialog.waitFor({ state: "hidden" });
      const client = await kit.gateway().client();
      await waitFor("the message to be delivered", async () => {
        return (await client.sms.getMessage.query({ id })).status === "delivered";
      });
    });
  });

  test("an invoice is issued by keyboard alone, and voided with the right content", async () => {
    const { page } = await kit.signedIn("王小明", "office_staff");
    await page.getByRole("link", { name: "電子發票" }).press("Enter");
    await page.getByRole("link", { name: "開立發票" }).press("Enter");
    await page.getByLabel("品名").focus();
    await page.keyboard.type("瓦斯 16 公斤");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("580");
    const watched = page.waitForRequest(/einvoice\.watchInvoice/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /^AA/ }).waitFor();
    await watched;
    await page.getByRole("heading", { level: 1, name: /平台已收/ }).waitFor();

    await page.getByRole("button", { name: "註銷" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("原因").fill("品名錯誤");
    await dialog.getByLabel("現在就填更正後的內容").check();
    expect(await dialog.getByLabel("品名").inputValue()).toBe("瓦斯 16 公斤");
    await dialog.getByLabel("品名").fill("瓦斯 20 公斤");
    await dialog.getByLabel("單價").fill("690");
    await dialog.getByRole("button", { name: "註銷這張發票" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("cell", { name: "瓦斯 20 公斤" }).waitFor({ timeout: 30_000 });
  }, 60_000);

  test("a batch comes from a spreadsheet's lines; lines that cannot be used are named and hold it back", async () => {
    const { page } = await kit.signedIn("maker", "office_staff");
    await goTo(page, "#/batches");
    await page.getByRole("link", { name: "建立批次" }).click();
    await page
      .getByRole("textbox", { name: "明細", exact: true })
      .fill("S-1,01234567890123,王小明,1380\nS-2,12,張三,690\n");
    await page.getByText("第 2 行：帳號須為 6 到 16 位數字").waitFor();
    await page.getByRole("button", { name: "建立草稿" }).click();
    expect(page.url()).toEndWith("#/batches/new");
    await page
      .getByRole("textbox", { name: "明細", exact: true })
      .fill('交易編號,帳號,戶名,金額\nS-1,01234567890123,王小明,"1,380"\nS-2\t01234567890124\t張三\t690');
    await page.getByText("NT$ 2,070").waitFor();
    await page.getByRole("button", { name: "建立草稿" }).click();
    await page.getByRole("heading", { level: 1, name: /草稿/ }).waitFor();
    await page.getByRole("button", { name: "取消批次" }).click();
    await page.getByRole("dialog").getByLabel("原因").fill("測試");
    await page.getByRole("dialog").getByRole("button", { name: "取消批次" }).click();
    await page.getByRole("heading", { level: 1, name: /已取消/ }).waitFor();
  });

  test("numbers come from the tax office's file, or one range at a time; a range that overlaps is refused in words", async () => {
    const { year, month } = taipeiParts(new Date());
    const first = month - ((month + 1) % 2);
    const two = (value: number) => String(value).padStart(2, "0");
    const period = `${year - 1911}/${two(first)} ~ ${year - 1911}/${two(first + 1)}`;
    const { seller } = kit.world().einvoicePlatform;
    const csv = `營業人統編,發票類別代號,發票類別,發票期別,發票字軌名稱,發票起號,發票迄號\r\n${seller.ubn},07,一般稅額計算,${period},QQ,20000000,20000049\r\n`;
    const { page } = await kit.signedIn("boss", "manager");
    await goTo(page, "#/numbers");
    await page.getByRole("button", { name: "匯入配號檔" }).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByLabel("配號檔")
      .setInputFiles({ name: "invnoapply.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await dialog.getByRole("button", { name: "匯入這個檔案" }).click();
    await page.getByRole("cell", { name: "QQ" }).waitFor();
    await page.getByRole("button", { name: "匯入字軌" }).click();
    await dialog.getByLabel(/年月/).fill(`${year}${two(month)}`);
    await dialog.getByRole("textbox", { name: "字軌", exact: true }).fill("QQ");
    await dialog.getByLabel("起號").fill("20000000");
    await dialog.getByLabel("迄號").fill("20000099");
    await dialog.getByRole("button", { name: "匯入這個區間" }).click();
    await dialog.getByRole("alert").getByText("與既有字軌重疊").waitFor();
  });

  describe("settings", () => {
    test("a bank needs two approvers from now on; two people approve before it can be sent", async () => {
      const { page } = await kit.signedIn("boss", "manager");
      await page.getByRole("link", { name: "設定" }).click();
      await page.getByRole("link", { name: /兆豐銀行/ }).click();
      await page.getByRole("button", { name: "測試連線" }).click();
      await page.getByRole("cell", { name: "登入" }).waitFor();
      await page.getByLabel("需核准人數").fill("9");
      await page.getByRole("button", { name: "存入設定" }).click();
      await page.getByRole("alert").getByText("輸入有誤").waitFor();
      await page.getByLabel("需核准人數").fill("2");
      await page.getByRole("button", { name: "存入設定" }).click();
      await page.getByRole("heading", { level: 1, name: "設定", exact: true }).waitFor();
      const kept = await (await kit.gateway().client()).banking.getBankConfiguration.query({ bank: "mega" });
      expect(kept).toMatchObject({ approvalsRequired: 2, pollIntervalSeconds: 1, hostKeyPins: [bank().hostKeyPin] });

      const batchId = await draftOf(await kit.gateway().client("maker"), "two-approvers");
      await (await kit.gateway().client("maker")).banking.sealBatch.mutate({ batchId });
      for (const approver of ["first", "second"]) {
        const tab = await kit.signedIn(approver, "manager");
        await goTo(tab.page, `#/batches/${batchId}`);
        expect(await tab.page.getByRole("button", { name: "送到銀行" }).getAttribute("aria-disabled")).toBe("true");
        await tab.page.getByRole("button", { name: "核准", exact: true }).click();
        await tab.page.getByRole("button", { name: "核准這個檔案" }).click();
        await tab.page.getByText(`${approver} 核准`).waitFor();
      }
      const sender = await kit.signedIn("sender", "office_staff");
      await goTo(sender.page, `#/batches/${batchId}`);
      await sender.page.getByText("核准（2 / 2）").waitFor();
      await sender.page.getByRole("button", { name: "送到銀行" }).click();
      await sender.page.getByRole("button", { name: "送出扣款檔" }).click();
      await sender.page.getByRole("heading", { level: 1, name: /對帳完成/ }).waitFor({ timeout: 30_000 });
    }, 90_000);

    test("a typhoon day is decided, a provider's limits are kept, a template gets a second variant", async () => {
      const { page } = await kit.signedIn("root", "super_admin");
      await goTo(page, "#/settings");
      await page.getByRole("button", { name: "設定一天" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("說明").fill("颱風假");
      await dialog.getByRole("button", { name: "設定一天" }).click();
      await page.getByRole("cell", { name: "颱風假" }).waitFor();

      await page.getByRole("link", { name: "every8d" }).click();
      await page.getByLabel("每段費用（元）").fill("0.85");
      await page.getByLabel("每日上限").fill("20000");
      await page.getByRole("button", { name: "存入設定" }).click();
      await page.getByRole("cell", { name: "NT$ 0.85" }).waitFor();
      const client = await kit.gateway().client("root", "super_admin");
      const kept = await client.sms.getProviderSettings.query({ provider: "every8d" });
      expect(kept).toMatchObject({ dailyLimit: 20_000, costPerSegment: "0.85", priority: 100, rateLimit: 10_000 });

      await page.getByRole("link", { name: "已到達" }).click();
      await page.getByRole("textbox", { name: "版本", exact: true }).fill("B");
      await page.getByRole("textbox", { name: "內文" }).fill("【幸福氣】{driver_name} 已到達，請準備");
      await page.getByText(/{driver_name} 的種類/).waitFor();
      await page.getByLabel("權重").fill("50");
      await page.getByRole("button", { name: "存入範本" }).click();
      await page.getByRole("heading", { level: 1, name: "設定", exact: true }).waitFor();
      const { items } = await client.sms.listTemplates.query({ code: "delivery_arrived" });
      expect(items.find(({ variant }) => variant === "B")).toMatchObject({
        weight: 50,
        placeholders: [{ name: "driver_name", type: "text", maxLength: 60 }],
      });
    }, 60_000);

    test("a manager reads a provider's settings and is told why storing them is refused; office staff have no settings", async () => {
      const { page } = await kit.signedIn("boss", "manager");
      await goTo(page, "#/settings/provider:every8d");
      await page.getByText("只有最高管理員可以修改").waitFor();
      await page.getByRole("button", { name: "存入設定" }).click();
      await page.getByRole("alert").getByText("您的角色沒有此權限").waitFor();
      const clerk = await kit.signedIn("clerk", "office_staff");
      expect(await clerk.page.getByRole("link", { name: "設定" }).count()).toBe(0);
    });
  });

  // The last of the bank's: so many cut connections open its breaker.
  test("a batch of which nobody knows whether it arrived is settled by what the bank says", async () => {
    const { faults } = bank();
    // The final name is there when the line goes dead, and nothing can be looked at afterwards.
    const goDead = async () => faults.add({ operation: "*", kind: "drop_before", times: 10_000 });
    faults.add({ operation: "rename", kind: "halt_after", halt: goDead });
    const batchId = await sentBatch("unknown");
    await waitFor("the batch to be indeterminate", async () => (await statusOf(batchId)) === "indeterminate");
    const clerk = await kit.signedIn("clerk", "office_staff");
    await goTo(clerk.page, "#/attention");
    const refused = clerk.page.getByRole("button", { name: "判定是否送達" });
    await refused.waitFor();
    expect(await refused.getAttribute("aria-disabled")).toBe("true");

    const { page } = await kit.signedIn("boss", "manager");
    await goTo(page, "#/attention");
    await page.getByText("切勿重建同一批").waitFor();
    await page.getByRole("button", { name: "判定是否送達" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /已送達/ }).check();
    await dialog.getByLabel(/查證紀錄/).fill("太短");
    await dialog.getByRole("button", { name: "判定是否送達" }).click();
    // The browser itself holds back what is too short; the dialog stays.
    expect(await statusOf(batchId)).toBe("indeterminate");
    await dialog.getByLabel(/查證紀錄/).fill("電詢兆豐銀行電金部，確認收到");
    await dialog.getByRole("button", { name: "判定是否送達" }).click();
    await dialog.waitFor({ state: "hidden" });
    await waitFor("the batch to be sent", async () => (await statusOf(batchId)) !== "indeterminate");
    faults.clear();
  }, 60_000);

  expectCleanTabs(kit);
});
