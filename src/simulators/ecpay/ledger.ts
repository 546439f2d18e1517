import type { Clock } from "../../platform/clock.ts";
import { taipeiDate, taipeiTime } from "../../platform/taipei-time.ts";
import type { CallData } from "./envelope.ts";

/** An allowance that the centre holds. */
export interface CentreAllowance {
  number: string;
  createdAt: string;
  /** With tax where the call told it so, else without. */
  amount: number;
  tax: number;
  items: CallData[];
  isInvalid: boolean;
}

/** An invoice that the centre holds, as its own records show it. */
export interface EcpayInvoice {
  api: "B2C" | "B2B";
  relateNumber: string;
  number: string;
  randomCode: string;
  /** With tax, and without. */
  total: number;
  net: number;
  createdAt: string;
  isInvalid: boolean;
  /** How often it was ordered under its key. */
  ordered: number;
  /** How often its content was replaced (註銷重開). */
  reissued: number;
  data: CallData;
  items: CallData[];
  allowances: CentreAllowance[];
}

/** What the centre remembers. */
export interface Ledger {
  invoices: EcpayInvoice[];
  /** Own keys are one whatever the case of their letters. */
  byKey(relateNumber: string): EcpayInvoice | undefined;
  byNumber(number: string, date?: string): EcpayInvoice | undefined;
  nextNumber(): string;
  nextRandom(): string;
  nextAllowanceNumber(): string;
  /** `yyyy-MM-dd HH:mm:ss` in Taipei. */
  time(): string;
}

const FIRST_RANDOM = 6789;

export function createLedger(clock: Clock): Ledger {
  const invoices: EcpayInvoice[] = [];
  let randoms = 0;
  let allowances = 0;
  const time = () => `${taipeiDate(clock.now())} ${taipeiTime(clock.now())}`;
  return {
    invoices,
    byKey: (key) => invoices.find(({ relateNumber }) => relateNumber.toLowerCase() === key.toLowerCase()),
    byNumber: (number, date) =>
      invoices.find(
        (invoice) => invoice.number === number && (date === undefined || invoice.createdAt.startsWith(isoDay(date))),
      ),
    nextNumber: () => `EC${String(invoices.length + 1).padStart(8, "0")}`,
    nextRandom: () => {
      randoms += 1;
      return String((FIRST_RANDOM + (randoms - 1) * 37) % 10_000).padStart(4, "0");
    },
    nextAllowanceNumber: () => {
      allowances += 1;
      return `${time()
        .replaceAll(/[^0-9]/g, "")
        .slice(0, 12)}${String(allowances).padStart(4, "0")}`;
    },
    time,
  };
}

export const isoDay = (date: string) => date.slice(0, 10).replaceAll("/", "-");

export const textOf = (data: CallData, name: string): string => {
  const value = data[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
};

export const numberOf = (data: CallData, name: string): number => {
  const value = data[name];
  return typeof value === "number" ? value : typeof value === "string" && value !== "" ? Number(value) : Number.NaN;
};

const isData = (value: unknown): value is CallData =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The objects of a list; empty when there is none. */
export const listOf = (data: CallData, name: string): CallData[] => {
  const value = data[name];
  return Array.isArray(value) ? value.filter(isData) : [];
};

export const objectOf = (data: CallData, name: string): CallData => {
  const value = data[name];
  return isData(value) ? value : {};
};

export const sumOf = (items: readonly CallData[], name: string): number =>
  items.reduce((total, item) => total + numberOf(item, name), 0);

/** Whether the centre still takes something of a day back: to the 13th of the odd month after its period. */
export function isTakenBack(day: string, today: string): boolean {
  const [year = 0, month = 0] = day.split("-").map(Number);
  const oddMonthAfter = month + (month % 2 === 0 ? 1 : 2);
  const limitYear = oddMonthAfter > 12 ? year + 1 : year;
  const limitMonth = oddMonthAfter > 12 ? 1 : oddMonthAfter;
  return today <= `${limitYear}-${String(limitMonth).padStart(2, "0")}-13`;
}
