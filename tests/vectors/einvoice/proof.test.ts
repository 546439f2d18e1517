import { describe, expect, test } from "bun:test";
import { checkData } from "../../../src/einvoice/rules/check-data.ts";
import { proofCodes } from "../../../src/einvoice/rules/proof.ts";
import { sampleInvoice } from "../../unit/einvoice/sample-invoice.ts";

const KEY = "FE05F029154F6AA67A78B338ED2F6601";
/** Position of the 24 characters of check data in the left code. */
const [CHECK_FROM, CHECK_TO] = [53, 77];
const withoutCheckData = (left: string) => left.slice(0, CHECK_FROM) + left.slice(CHECK_TO);

describe("MOF QR specification v1.8", () => {
  test("check data of the published key", () => {
    expect(checkData("XF00001234", "9876", KEY)).toBe("CamotDNRUN8bVyY5S1BhFQ==");
  });

  test("check data of any invoice are 24 characters of Base64, as in the published samples", () => {
    const samples = ["ydXZt4LAN1UHN/j1juVcRA==", "qk90D8qgCwuEvOngCZaEdaw=", "DBUI5q+Mfa6fxGxjW1YzaQ=="];
    for (const text of [...samples, checkData("ZZ99999999", "0000", KEY)]) {
      expect(text).toMatch(/^[0-9A-Za-z+/]{22,23}={1,2}$/);
      expect(text).toHaveLength(24);
    }
  });

  test("Code 39: ROC year, even month, number, random code", () => {
    const invoice = sampleInvoice({ number: "UZ17690872", randomCode: "0122", issuedAt: "2015-03-05T01:00:00Z" });
    expect(proofCodes(invoice, { qrKeyHex: KEY }).barcode).toBe("10404UZ176908720122");
  });

  test("the example with three items, split after the first", () => {
    const invoice = sampleInvoice({
      number: "AB11223344",
      randomCode: "9999",
      issuedAt: "2013-05-23T04:00:00Z",
      sellerUbn: "01234567",
      lines: [
        ["乾電池", 1, 105],
        ["口罩", 1, 210],
        ["牛奶", 1, 25],
      ],
    });
    // Room for one item on the left, as in the example; the check data's key is not published.
    const codes = proofCodes(invoice, { qrKeyHex: KEY, capacityBytes: 111 });
    const left =
      "AB112233441020523999900000144000001540000000001234567ydXZt4LAN1UHN/j1juVcRA==:**********:3:3:1:乾電池:1:105:";
    expect(withoutCheckData(codes.leftQr)).toBe(withoutCheckData(left));
    expect(codes.rightQr).toBe("**口罩:1:210:牛奶:1:25");
    expect(codes.itemsInQr).toBe(3);
  });

  test("the example's items in Base64 are the same items", () => {
    const lines: [string, number, number][] = [
      ["乾電池", 1, 105],
      ["口罩", 1, 210],
      ["牛奶", 1, 25],
    ];
    const { leftQr } = proofCodes(sampleInvoice({ lines }), { qrKeyHex: KEY, capacityBytes: 400 });
    const items = leftQr.slice(CHECK_TO).split(":").slice(5).join(":");
    const [left, right] = ["5Lm+6Zu75rGg", "OjE6MTA1OuWPo+e9qToxOjIxMDrniZvlpbY6MToyNQ=="];
    expect(Buffer.from(left, "base64").toString() + Buffer.from(right, "base64").toString()).toBe(items);
  });

  test("a production invoice: net and gross of a consumer's 20", () => {
    const invoice = sampleInvoice({
      number: "VQ02725076",
      randomCode: "3812",
      issuedAt: "2023-11-10T03:00:00Z",
      sellerUbn: "94047751",
      lines: [["訂購商品", 1, 20]],
    });
    const codes = proofCodes(invoice, { qrKeyHex: KEY });
    const left =
      "VQ027250761121110381200000013000000140000000094047751DBUI5q+Mfa6fxGxjW1YzaQ==:**********:1:1:1:訂購商品:1:20";
    expect(codes.barcode).toBe("11212VQ027250763812");
    expect(withoutCheckData(codes.leftQr)).toBe(withoutCheckData(left));
    expect(codes.rightQr).toBe("**");
  });

  test("the second parse sample has the same 77 fixed characters", () => {
    const sample = "QQ000815241000801396600000014000000141234567828433892qk90D8qgCwuEvOngCZaEdaw=";
    expect(sample).toHaveLength(CHECK_TO);
    const invoice = sampleInvoice({ number: "QQ00081524", randomCode: "3966", issuedAt: "2011-08-01T03:00:00Z" });
    const { leftQr } = proofCodes(invoice, { qrKeyHex: KEY });
    expect(leftQr.slice(0, 21)).toBe(sample.slice(0, 21));
    expect(leftQr.slice(CHECK_TO, CHECK_TO + 1)).toBe(":");
  });
});
