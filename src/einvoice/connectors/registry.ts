import { ecpay } from "./ecpay/index.ts";
import { platformJson } from "./platform-json/index.ts";
import type {
  ConnectorDefinition,
  ConnectorMaterial,
  EinvoiceConnector,
  EinvoiceFeature,
  SellerOptions,
} from "./port.ts";
import { turnkey } from "./turnkey/index.ts";

/** A transport whose configuration has been read. */
export interface ConfiguredTransport {
  supports: ReadonlySet<EinvoiceFeature>;
  options: SellerOptions;
  cancelLastDay: number | undefined;
  create(material: ConnectorMaterial): EinvoiceConnector | { missing: string };
}

function bind<Config extends SellerOptions>(definition: ConnectorDefinition<Config>) {
  return (config: unknown): ConfiguredTransport => {
    const parsed = definition.configSchema.parse(config);
    return {
      supports: definition.supports(parsed),
      options: parsed,
      cancelLastDay: definition.cancelLastDay,
      create: (material) => definition.create(parsed, material),
    };
  };
}

/** Every transport, by the name that `einvoice_sellers.transport` holds. Reading a bad configuration throws a `ZodError`. */
export const transports: ReadonlyMap<string, (config: unknown) => ConfiguredTransport> = new Map([
  [platformJson.provider, bind(platformJson)],
  [turnkey.provider, bind(turnkey)],
  [ecpay.provider, bind(ecpay)],
]);
