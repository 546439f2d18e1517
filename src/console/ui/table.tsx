import { type ReactNode, useId } from "react";

export interface Column<Row> {
  name: string;
  cell(row: Row): ReactNode;
  /** Figures stand at the right, one under the other. */
  numeric?: boolean;
  /** Left out on a narrow screen. */
  wide?: boolean;
}

interface TableProps<Row> {
  /** What the table holds, for readers that do not see it. */
  caption: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  keyOf(row: Row): string;
  empty: ReactNode;
}

/** A table; on a narrow screen every row stands by itself, with the columns' names before its values. */
export function Table<Row>({ caption, columns, rows, keyOf, empty }: TableProps<Row>) {
  const id = useId();
  if (rows.length === 0) return <p className="empty">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="table-wrap" aria-labelledby={id} tabIndex={0}>
      <table>
        <caption id={id} className="unseen">
          {caption}
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={classOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <Cell key={column.name} column={column} content={column.cell(row)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell<Row>({ column, content }: { column: Column<Row>; content: ReactNode }) {
  return (
    <td className={classOf(column, content === "–")} data-label={column.name}>
      {content}
    </td>
  );
}

const classOf = <Row,>({ numeric, wide }: Column<Row>, blank = false) =>
  [numeric && "numeric", wide && "wide", blank && "blank"].filter(Boolean).join(" ") || undefined;
