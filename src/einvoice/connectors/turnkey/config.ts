import { z } from "zod";
import { sellerOptionsSchema } from "../seller-options.ts";

const folder = z.string().regex(/^\/[^\0]+$/, "must be an absolute path");

/** `einvoice_sellers.config` of the Turnkey transport. All folders are settings of the installed Turnkey and have no default. */
export const turnkeyConfigSchema = sellerOptionsSchema.extend({
  /** Root of `UpCast/B2SSTORAGE`: messages are dropped into `<root>/<code>/SRC`. */
  storageFolder: folder,
  /** Root of the folder for E0401 and E0402, dropped likewise. */
  numbersFolder: folder,
  /** Where messages are written before they are moved in; on the same volume. */
  stagingFolder: folder,
  /** Where `DownCast` puts ProcessResult and SummaryResult files. */
  resultFolders: z.array(folder).min(1, "at least one folder").max(10, "at most 10 folders"),
});
export type TurnkeyConfig = z.output<typeof turnkeyConfigSchema>;
