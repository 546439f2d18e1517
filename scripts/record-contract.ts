/** Writes the present contract down as what callers of its version rely on. Run once for every version, when it is released. */
import { join } from "node:path";
import { CONTRACT_VERSION, contract } from "@luckygas/gateway-client";
import { factsOf } from "../tests/contract/client/contract-lines.ts";
import { writeRecord } from "../tests/contract/client/contract-record.ts";

const facts = factsOf(contract);
const file = join(import.meta.dir, `../tests/contract/client/contract-${CONTRACT_VERSION}.txt`);
await Bun.write(file, writeRecord(facts));
process.stdout.write(`wrote ${Object.keys(facts).length} procedures to ${file}\n`);
