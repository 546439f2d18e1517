import { describe, expect, test } from "bun:test";
import { compileNamePattern, isSafeName } from "../../../../src/banking/rules/name-pattern.ts";

const compile = (source: string, options = {}) => {
  const compiled = compileNamePattern(source, options);
  if (!compiled.ok) throw new Error(compiled.problem);
  return compiled.pattern;
};

describe("file name patterns", () => {
  test("a payment name is rendered and read back", () => {
    const pattern = compile("CTBC_PAY_{YYYYMMDD}_{BATCH}.DAT", { outbound: true });
    expect(pattern.render({ day: "2026-01-31", batch: "202601310001" })).toBe("CTBC_PAY_20260131_202601310001.DAT");
    expect(pattern.match("CTBC_PAY_20260131_202601310001.DAT")).toEqual({ day: "2026-01-31", batch: "202601310001" });
  });

  test("a dollar sign in the pattern is itself", () => {
    expect(compile("$&_{BATCH}.txt").render({ day: "2026-01-31", batch: "B1" })).toBe("$&_B1.txt");
  });

  test.each([
    ["REC_20260131.txt", true],
    ["REC_20260131_01.txt", true],
    ["REC_2026013.txt", false],
    ["XREC_20260131.txt", false],
    ["REC_20260131.txt.tmp", false],
    ["REC_20260131.txt\n", false],
    ["REC_20260131/../x.txt", false],
    ["rec_20260131.txt", false],
    ["REC_20260131Xtxt", false],
  ])("REC_{YYYYMMDD}*.txt: %s fits: %p", (name, fits) => {
    expect(compile("REC_{YYYYMMDD}*.txt").match(name) !== undefined).toBe(fits);
  });

  test("a pattern without placeholders fits its own name alone", () => {
    expect(compile("reply.txt").match("reply.txt")).toEqual({});
    expect(compile("reply.txt").match("reply-txt")).toBeUndefined();
  });

  test("the name of our own file inside an answer's name", () => {
    expect(compile("REJ_{FILE}").match("REJ_PAY_20260131_1.txt")).toEqual({ file: "PAY_20260131_1.txt" });
    expect(compile("REJ_{FILE}").match("REJ_../x")).toBeUndefined();
  });

  test("case is ignored only where it is said", () => {
    expect(compile("REC_{BATCH}.TXT", { ignoreCase: true }).match("rec_1.txt")).toEqual({ batch: "1" });
  });

  test.each([
    ["PAY_{TIMESTAMP}_{BATCH}.txt", {}],
    ["PAY_{BATCH}_{BATCH}.txt", {}],
    ["PAY_{batch}.txt", {}],
    ["../PAY_{BATCH}.txt", {}],
    [".PAY_{BATCH}.txt", {}],
    ["PAY_{YYYYMMDD}.txt", { outbound: true }],
    ["PAY_{BATCH}*.txt", { outbound: true }],
  ])("%s is refused", (source, options) => {
    expect(compileNamePattern(source, options).ok).toBe(false);
  });

  test.each(["", ".", "..", "a/b", "a\\b", "a\u0000", "a\nb", ".hidden", "x".repeat(201), "a\u2028b"])(
    "%j is no safe name",
    (name) => {
      expect(isSafeName(name)).toBe(false);
    },
  );
});
