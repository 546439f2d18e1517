import { type ReactNode, useId } from "react";

/** The head of a view: its one `h1`, what it is about, and what can be done. */
export function PageHead({ title, lead, back, children }: PageHeadProps) {
  return (
    <header className="page-head">
      {back && (
        <a className="back" href={back.href}>
          <span aria-hidden="true">←</span> {back.label}
        </a>
      )}
      <div className="page-title">
        <h1 tabIndex={-1}>{title}</h1>
        {children && <div className="actions">{children}</div>}
      </div>
      {lead && <p className="lead">{lead}</p>}
    </header>
  );
}

interface PageHeadProps {
  title: ReactNode;
  lead?: ReactNode;
  back?: { href: string; label: string };
  children?: ReactNode;
}

/** A part of a view under its own heading. */
export function Section({ title, note, aside, children }: SectionProps) {
  const id = useId();
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {note && <p className="note">{note}</p>}
      {children}
    </section>
  );
}

interface SectionProps {
  title: ReactNode;
  note?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}

/** Names and values. A value that is absent shows as a dash. */
export function Facts({ items }: { items: [name: string, value: ReactNode][] }) {
  return (
    <dl className="facts">
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? "–"}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The one figure that matters, with its name. */
export function Figure({ name, value, note, tone }: FigureProps) {
  return (
    <div className={`figure ${tone ?? ""}`}>
      <span className="figure-name">{name}</span>
      <strong>{value}</strong>
      {note && <span className="figure-note">{note}</span>}
    </div>
  );
}

interface FigureProps {
  name: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: "warn" | "bad";
}
