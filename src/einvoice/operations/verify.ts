import type { LookupResult } from "@luckygas/gateway-client";
import { invalidInput } from "../../platform/errors.ts";
import type { Lookups } from "../lookups.ts";
import { checkCarrier, MOBILE_BARCODE } from "../rules/carriers.ts";

/** Whether a mobile barcode exists. Other carriers have no look-up; a wrong form is `invalid_input`. */
export function createVerifyCarrier(deps: { lookups: Lookups }) {
  return async ({ type, id }: { type: string; id: string }): Promise<LookupResult> => {
    if (type !== MOBILE_BARCODE)
      throw invalidInput("type", `only a mobile barcode (${MOBILE_BARCODE}) can be looked up`);
    const carrier = checkCarrier({ type, id }, []);
    return deps.lookups.ask("carrier", carrier.id);
  };
}

/** Whether a donation code exists. */
export function createVerifyDonationCode(deps: { lookups: Lookups }) {
  return ({ donationCode }: { donationCode: string }): Promise<LookupResult> =>
    deps.lookups.ask("donation_code", donationCode);
}

/** Whether a tax id belongs to a business. */
export function createVerifyBusiness(deps: { lookups: Lookups }) {
  return ({ ubn }: { ubn: string }): Promise<LookupResult> => deps.lookups.ask("business", ubn);
}
