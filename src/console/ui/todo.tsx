import type { ReactNode } from "react";
import type { Label } from "../lib/labels.ts";
import { Badge } from "./badge.tsx";

export interface TodoProps {
  title: ReactNode;
  label?: Label;
  /** Small facts beside it: amount, time. */
  facts?: ReactNode;
  /** What it means, and what to find out first. */
  meaning: ReactNode;
  /** The acts that end it. */
  children?: ReactNode;
}

/** One thing that waits for a person: what it is, what it means, and what ends it. */
export function Todo({ title, label, facts, meaning, children }: TodoProps) {
  return (
    <li className="todo">
      <div className="todo-head">
        <strong>{title}</strong>
        {label && <Badge label={label} />}
        {facts && <span className="todo-facts">{facts}</span>}
      </div>
      <p className="meaning">{meaning}</p>
      {children && <div className="todo-actions">{children}</div>}
    </li>
  );
}
