import type { ComponentType } from "react";
import type { Route } from "./lib/route.ts";
import { isManager, isStaff, type Session } from "./lib/session.ts";
import type { Query } from "./lib/use-query.ts";
import type { Text } from "./lib/words.tsx";
import { AttentionView } from "./views/attention/attention-view.tsx";
import type { Attention } from "./views/attention/use-attention.ts";
import { AuditView } from "./views/audit-view.tsx";
import { BatchesView } from "./views/banking/batches-view.tsx";
import { InvoicesView } from "./views/einvoice/invoices-view.tsx";
import { NumbersView } from "./views/einvoice/numbers-view.tsx";
import { OverviewView } from "./views/overview-view.tsx";
import { SettingsView } from "./views/settings/settings-view.tsx";
import { SmsView } from "./views/sms/sms-view.tsx";

export interface ViewProps {
  route: Route;
  session: Session;
  attention: Query<Attention>;
}

interface ViewEntry {
  name: string;
  title: Text;
  component: ComponentType<ViewProps>;
  allowed(session: Session): boolean;
}

const staff = (session: Session) => isStaff(session.role);

/** Every view, in the order of the navigation. */
export const views: readonly ViewEntry[] = [
  { name: "overview", title: ["總覽", "Overview"], component: OverviewView, allowed: staff },
  { name: "attention", title: ["待人處理", "Needs a person"], component: AttentionView, allowed: staff },
  { name: "invoices", title: ["電子發票", "Invoices"], component: InvoicesView, allowed: staff },
  { name: "numbers", title: ["字軌與期限", "Numbers"], component: NumbersView, allowed: staff },
  { name: "batches", title: ["銀行扣款", "Bank batches"], component: BatchesView, allowed: staff },
  { name: "sms", title: ["簡訊", "SMS"], component: SmsView, allowed: staff },
  { name: "settings", title: ["設定", "Settings"], component: SettingsView, allowed: ({ role }) => isManager(role) },
  { name: "audit", title: ["稽核軌跡", "Audit"], component: AuditView, allowed: ({ role }) => isManager(role) },
];

export const viewNamed = (name: string): ViewEntry | undefined => views.find((view) => view.name === name);
