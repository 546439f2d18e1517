import type { Contract, SmsPreview } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { SmsDependencies } from "../dependencies.ts";
import type { Provider } from "../providers.ts";
import { formatMicros } from "../rules/cost.ts";
import { type ApprovedLink, findLinks, isApproved, type Link } from "../rules/links.ts";
import { requireTaiwanMobile } from "../rules/phone.ts";
import { type Measure, measureText } from "../rules/segments.ts";
import { checkText } from "../rules/text.ts";
import { costOf } from "./settlement.ts";

export type PreviewMessageInput = z.output<Contract["sms"]["previewMessage"]["input"]>;

/** Recipient in E.164, encoding, segments, and what each provider would take for it; nothing is stored or sent. */
export async function previewMessage(deps: SmsDependencies, input: PreviewMessageInput): Promise<SmsPreview> {
  const to = requireTaiwanMobile(input.to, "to");
  checkText(input.text, "text");
  const measure = measureText(input.text);
  const links = findLinks(input.text);
  const register = links.length === 0 ? [] : await deps.links.read();
  const providers = await deps.providers.list();
  return {
    to,
    ...measure,
    providers: providers.map((provider) => {
      const cost = costOf({ ...provider, segments: measure.segments });
      return {
        provider: provider.name,
        costTwd: cost === undefined ? null : formatMicros(cost),
        obstacle: obstacleOf(provider, { text: input.text, measure, links, register }) ?? null,
      };
    }),
  };
}

interface Checked {
  text: string;
  measure: Measure;
  links: readonly Link[];
  register: readonly ApprovedLink[];
}

function obstacleOf(provider: Provider, { text, measure, links, register }: Checked): string | undefined {
  if (provider.problem) return provider.problem.detail;
  if (text.length > provider.textUnitsMax) return `takes at most ${provider.textUnitsMax} UTF-16 units`;
  if (measure.segments > provider.segmentsMax) {
    return `carries ${provider.segmentsMax} segments; the rest could be cut off silently`;
  }
  if (links.some((link) => !isApproved(link, register, provider.name))) return "a link of the text is not approved";
  return undefined;
}
