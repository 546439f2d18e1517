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

  test("every placeholder is rendered at its place and read back", () => {
    const dated = compile("{YYYY}-{MM}-{DD}_{BATCH}.txt", { outbound: true });
    expect(dated.render({ day: "2026-01-31", batch: "B1" })).toBe("2026-01-31_B1.txt");
    expect(dated.match("2026-01-31_B1.txt")).toEqual({ day: "2026-01-31", batch: "B1" });
    expect(compile("{MM}{DD}.txt").match("0131.txt")).toEqual({});
    expect(compile("{YYYY}{DD}.txt").match("202631.txt")).toEqual({});
    expect(compile("{YYYY}{MM}.txt").match("202601.txt")).toEqual({});
    expect(compile("{YYYYMMDD}.txt").match("20260131.txt")).toEqual({ day: "2026-01-31" });
  });

  test("a placeholder takes what it may be and no more", () => {
    const batch = compile("B{BATCH}.txt");
    expect(batch.match(`B${"x".repeat(20)}.txt`)).toEqual({ batch: "x".repeat(20) });
    for (const wrong of [`B${"x".repeat(21)}.txt`, "B.txt", "Ba-b.txt"]) expect(batch.match(wrong)).toBeUndefined();
    const any = compile("a*b");
    expect(any.match(`a${"x".repeat(64)}b`)).toEqual({});
    for (const wrong of [`a${"x".repeat(65)}b`, "axx", "a\\b"]) expect(any.match(wrong)).toBeUndefined();
    expect(any.match("ab")).toEqual({});
    const file = compile("R_{FILE}");
    expect(file.match(`R_a${"x".repeat(150)}`)).toEqual({ file: `a${"x".repeat(150)}` });
    for (const wrong of [`R_a${"x".repeat(151)}`, "R_.a", "R_"]) expect(file.match(wrong)).toBeUndefined();
  });

  test("characters that mean something in expressions are themselves", () => {
    for (const source of ["a.b", "a+b", "a?b", "a^b", "a$b", "a(b)", "a|b", "a[b]", "a}b"]) {
      const pattern = compile(source);
      expect(pattern.match(source)).toEqual({});
      expect(pattern.match(source.replace(/[^ab]/g, ""))).toBeUndefined();
      expect(pattern.match(`x${source}`)).toBeUndefined();
      expect(pattern.match(`${source}x`)).toBeUndefined();
    }
  });

  test("a pattern that names no single file cannot be rendered", () => {
    for (const source of ["REC_*.txt", "REJ_{FILE}"]) {
      expect(() => compile(source).render({ day: "2026-01-31", batch: "B1" })).toThrow("names no single file");
    }
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
    ["PAY_{BATCH}_{FILE}", { outbound: true }],
    ["PAY_{", {}],
    ["", {}],
    ["a/*", {}],
    ["x".repeat(201), {}],
  ])("%s is refused", (source, options) => {
    const compiled = compileNamePattern(source, options);
    expect(compiled).toEqual({ ok: false, problem: expect.stringContaining(`file name pattern "${source}" `) });
  });

  test("what a payment file may not have, an answer may", () => {
    for (const source of ["REC_{YYYYMMDD}.txt", "REC_{BATCH}*.txt", "REJ_{FILE}"]) {
      expect(compileNamePattern(source).ok).toBe(true);
    }
  });

  test.each(["a", "a b", "報表.txt", "~", "\u00a0", "x".repeat(200), "a.", "\u2027", "\u202a"])(
    "%j is a safe name",
    (name) => {
      expect(isSafeName(name)).toBe(true);
    },
  );

  test.each([
    "a\u001f",
    "a\u007f",
    "a\u009f",
    "a\u2029",
    "\u0080",
    "",
    ".",
    "..",
    "a/b",
    "a\\b",
    "a\u0000",
    "a\nb",
    ".hidden",
    "x".repeat(201),
    "a\u2028b",
  ])("%j is no safe name", (name) => {
    expect(isSafeName(name)).toBe(false);
  });
});
