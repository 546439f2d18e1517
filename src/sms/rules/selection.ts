import { formatMicros } from "./cost.ts";

/** One provider as the choice sees it, at one instant and for one text. */
export interface Candidate {
  provider: string;
  /** Switched on, with usable settings and credentials; otherwise why not. */
  unusable?: string;
  breaker: "closed" | "open" | "half_open";
  /** Messages it may still be given now, for the lane in question. */
  slotsFree: number;
  priority: number;
  /** 0 to 1. */
  successRate: number;
  /** Cost of this text in millionths of NT$; `undefined` when the price is not known. */
  costMicros: bigint | undefined;
  lastUsedAt: Date | undefined;
  /** Longest text it takes in one message, in UTF-16 units. */
  textUnitsMax: number;
  segmentsMax: number;
  /** It has refused this message already, and others should be asked first. */
  triedBefore: boolean;
}

export interface SelectionRequest {
  /** Used alone when given. */
  requestedProvider: string | undefined;
  textUnits: number;
  segments: number;
}

export type Selection =
  | { provider: string; reason: string }
  /** `wait_for_slot`: a provider is usable but has no slot now. `none_usable`: nothing can take this message at present. */
  | { provider: undefined; obstacle: "wait_for_slot" | "none_usable"; reason: string };

/** Success rates closer than this are taken as equal, so that the choice does not flap. */
const RATE_DEAD_BAND = 0.02;
const ROUNDING = 1e-9;

/**
 * Chooses the provider of one message: usable and breaker not open → free slot → not tried before → priority → success rate
 * (dead band of two points) → cost of this text → least recently used → name. Pure: the same candidates give the same choice.
 */
export function selectProvider(candidates: readonly Candidate[], request: SelectionRequest): Selection {
  const considered = candidates.filter(
    (candidate) => request.requestedProvider === undefined || candidate.provider === request.requestedProvider,
  );
  const obstacles = considered.map((candidate) => ({ candidate, obstacle: obstacleOf(candidate, request) }));
  const ready = obstacles.flatMap(({ candidate, obstacle }) => (obstacle === undefined ? [candidate] : []));
  const others = obstacles.flatMap(({ candidate, obstacle }) =>
    obstacle === undefined ? [] : [`${candidate.provider}: ${obstacle}`],
  );
  if (ready.length === 0) return noProvider(obstacles, others);
  const { winner, decidedBy } = choose(ready);
  const passedOver = ready.filter(({ triedBefore }) => triedBefore && !winner.triedBefore);
  others.push(...passedOver.map(({ provider }) => `${provider}: tried before`));
  const why = request.requestedProvider === undefined ? decidedBy : "asked for by the caller";
  return { provider: winner.provider, reason: [why, ...others].join("; ") };
}

const NO_SLOT = "no free slot";

function obstacleOf(candidate: Candidate, request: SelectionRequest): string | undefined {
  if (candidate.unusable !== undefined) return candidate.unusable;
  if (candidate.breaker === "open") return "circuit breaker open";
  if (request.textUnits > candidate.textUnitsMax || request.segments > candidate.segmentsMax) return "text too long";
  if (candidate.slotsFree <= 0) return NO_SLOT;
  return undefined;
}

function noProvider(obstacles: { obstacle: string | undefined }[], others: string[]): Selection {
  const waiting = obstacles.some(({ obstacle }) => obstacle === NO_SLOT);
  return {
    provider: undefined,
    obstacle: waiting ? "wait_for_slot" : "none_usable",
    reason: others.join("; ") || "no such provider",
  };
}

interface Rule {
  name: string;
  narrow(field: readonly Candidate[]): Candidate[];
  /** What it went by, for whoever asks why. */
  tell?(candidate: Candidate): string;
}

/** Each rule narrows the field; the first that leaves one decides. */
const RULES: readonly Rule[] = [
  { name: "not tried before", narrow: (field) => best(field, (candidate) => (candidate.triedBefore ? 0 : 1)) },
  {
    name: "priority",
    narrow: (field) => best(field, (candidate) => candidate.priority),
    tell: ({ priority }) => String(priority),
  },
  {
    name: "success rate",
    narrow: (field) => best(field, (candidate) => candidate.successRate, RATE_DEAD_BAND),
    tell: ({ successRate }) => `${(successRate * 100).toFixed(1)} %`,
  },
  {
    name: "cost",
    narrow: cheapest,
    // Cost never decides where a price is unknown, so nobody is told this zero.
    tell: ({ costMicros = 0n }) => `NT$ ${formatMicros(costMicros)}`,
  },
  {
    name: "least recently used",
    narrow: (field) => best(field, (candidate) => -(candidate.lastUsedAt?.getTime() ?? 0)),
  },
];

function choose(ready: readonly Candidate[]): { winner: Candidate; decidedBy: string } {
  let field = [...ready].sort((a, b) => (a.provider < b.provider ? -1 : 1));
  let decidedBy = ready.length === 1 ? "the only one ready" : "name";
  for (const rule of RULES) {
    if (field.length === 1) break;
    const left = rule.narrow(field);
    if (left.length === 1) decidedBy = wordsOf(rule, left, field);
    field = left;
  }
  const [winner] = field;
  if (!winner) throw new Error("a selection rule left no candidate");
  return { winner, decidedBy };
}

/** `priority 100 before mitake 90, twilio 80`. */
function wordsOf({ name, tell }: Rule, [winner]: readonly Candidate[], field: readonly Candidate[]): string {
  if (!tell || !winner) return name;
  const beaten = field.filter((candidate) => candidate !== winner);
  const others = beaten.map((candidate) => `${candidate.provider} ${tell(candidate)}`);
  return `${name} ${tell(winner)} before ${others.join(", ")}`;
}

function best(field: readonly Candidate[], score: (candidate: Candidate) => number, band = 0): Candidate[] {
  const top = Math.max(...field.map(score));
  return field.filter((candidate) => score(candidate) >= top - band - ROUNDING);
}

/** A provider whose price is not known neither wins nor loses by cost. */
function cheapest(field: readonly Candidate[]): Candidate[] {
  const costs = field.map(({ costMicros }) => costMicros ?? Number.POSITIVE_INFINITY);
  const isBeaten = (own: bigint) => costs.some((other) => other < own);
  return field.filter(({ costMicros }) => costMicros === undefined || !isBeaten(costMicros));
}
