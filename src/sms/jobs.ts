import { smsMessageTypes } from "@luckygas/gateway-client";
import { jobNames, type SmsDependencies } from "./dependencies.ts";
import { applyReceipts } from "./operations/apply-receipts.ts";
import { checkCredit } from "./operations/check-credit.ts";
import { createDispatchRounds } from "./operations/dispatch-rounds.ts";
import { createForgetOld } from "./operations/forget-old.ts";
import { providersHealth } from "./operations/list-providers.ts";
import { pollReceipts } from "./operations/poll-receipts.ts";
import { resolveUnknown } from "./operations/resolve-unknown.ts";
import { isSecretText } from "./rules/message-types.ts";
import { abandonLapsed, expireOverdue } from "./store/housekeeping.ts";
import { clearSecretTexts } from "./store/operators.ts";
import { forgetSenderCounts } from "./store/sender-counts.ts";

const ITEMS_MAX = 1_000;
const FORGET_MS = 10 * 60 * 1000;
const SECRET_KEPT_MS = 60 * 60 * 1000;

/** The calls to providers that are under way in this process. */
export interface Dispatcher {
  /** Resolves when no call is under way. */
  drain(): Promise<void>;
}

/** Adds what runs by itself: dispatch, receipts, recovery after a crash, questions about unknown outcomes, polling, expiry, forgetting. */
export function addSmsJobs(deps: SmsDependencies): Dispatcher {
  const { jobs } = deps.platform;
  const rounds = createDispatchRounds(deps);
  const secretTypes = smsMessageTypes.filter(isSecretText);

  jobs.add({ name: jobNames.dispatch, intervalMs: 250, run: rounds.run });
  jobs.add({ name: jobNames.receipts, intervalMs: 500, run: () => applyReceipts(deps) });
  jobs.add({
    name: jobNames.recover,
    intervalMs: 2_000,
    run: async () => {
      const { hot } = deps.platform.database;
      const options = { now: deps.platform.clock.now(), rateWindowMs: deps.rateWindowMs, itemsMax: ITEMS_MAX };
      const abandoned = await abandonLapsed(hot, options);
      if (abandoned > 0) {
        deps.log.warn("Attempts of a process that has ended are unknown now", { attempts: abandoned });
        jobs.wake(jobNames.resolve);
      }
      return { more: abandoned === ITEMS_MAX };
    },
  });
  jobs.add({ name: jobNames.resolve, intervalMs: 1_000, run: () => resolveUnknown(deps) });
  jobs.add({ name: jobNames.poll, intervalMs: 10_000, run: () => pollReceipts(deps) });
  jobs.add({
    name: jobNames.expire,
    intervalMs: 1_000,
    run: async () => {
      const { hot } = deps.platform.database;
      const now = deps.platform.clock.now();
      const expired = await expireOverdue(hot, { now, secretTypes, itemsMax: ITEMS_MAX });
      return { more: expired === ITEMS_MAX };
    },
  });
  jobs.add({
    name: jobNames.watch,
    intervalMs: 10_000,
    run: async () => {
      await providersHealth(deps);
      await deps.totals.flush();
      const expiredBefore = new Date(deps.platform.clock.now().getTime() - SECRET_KEPT_MS);
      await clearSecretTexts(deps.platform.database.hot, { secretTypes, expiredBefore, itemsMax: ITEMS_MAX });
      await forgetSenderCounts(deps.platform.database.hot, new Date(expiredBefore.getTime() - SECRET_KEPT_MS));
      return { more: false };
    },
  });

  jobs.add({
    name: jobNames.credit,
    intervalMs: 60_000,
    run: async () => {
      await checkCredit(deps);
      return { more: false };
    },
  });

  if (deps.keepDays !== undefined) {
    jobs.add({ name: jobNames.forget, intervalMs: FORGET_MS, run: createForgetOld(deps, deps.keepDays) });
  }

  return { drain: rounds.drain };
}
