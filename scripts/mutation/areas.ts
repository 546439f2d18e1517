/** Rules whose tests must notice a change, and the tests that are asked. Both are globs from the project's root. */
export interface Area {
  files: string[];
  tests: string[];
}

/** What tests read to do less: long runs over random input tell little more of a mutant than short ones, and a fixed seed the same. */
export const environment: Record<string, string> = { LAYOUT_RECORDS: "5000", LAYOUT_SEED: "1" };

const einvoiceTests = ["tests/unit/einvoice/**/*.test.ts", "tests/vectors/einvoice/**/*.test.ts"];
const bankingTests = ["tests/unit/banking/**/*.test.ts", "tests/vectors/banking/**/*.test.ts"];
const smsTests = ["tests/unit/sms/**/*.test.ts", "tests/vectors/sms/**/*.test.ts"];

const einvoice = (...names: string[]) => names.map((name) => `src/einvoice/rules/${name}.ts`);
const banking = (...names: string[]) => names.map((name) => `src/banking/rules/${name}.ts`);
const sms = (...names: string[]) => names.map((name) => `src/sms/rules/${name}.ts`);

export const areas: Record<string, Area> = {
  totals: { files: einvoice("amounts", "tax", "share-out", "allocate", "allowance", "decimal"), tests: einvoiceTests },
  numbers: {
    files: einvoice("number-ranges", "number-range-csv", "period", "unused-numbers", "stock", "deadlines"),
    tests: einvoiceTests,
  },
  layouts: { files: banking("layout/*", "payment-file", "name-pattern", "virtual-account"), tests: bankingTests },
  transfers: { files: banking("resolution", "transfer-retry", "batch-state", "approvals"), tests: bankingTests },
  reconciliation: { files: banking("reconcile", "reconcile-identities", "match-line"), tests: bankingTests },
  receipts: { files: sms("states", "verdict", "outcomes", "first-state"), tests: smsTests },
  selection: { files: sms("selection", "success-rate", "cost", "assignment", "segments"), tests: smsTests },
  limits: {
    files: [...sms("throttle", "quiet-hours"), "src/platform/rate-limit.ts"],
    tests: [...smsTests, "tests/unit/platform/rate-limit.test.ts"],
  },
  auth: {
    files: ["src/platform/auth.ts", "src/http/app-router.ts", "src/platform/signing-keys.ts"],
    tests: ["tests/unit/platform/*.test.ts", "tests/unit/http/*.test.ts"],
  },
};
