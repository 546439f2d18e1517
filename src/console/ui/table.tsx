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

/** A table that scrolls sideways by itself where the screen is too narrow. */
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
                <td key={column.name} className={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const classOf = <Row,>({ numeric, wide }: Column<Row>) =>
  [numeric && "numeric", wide && "wide"].filter(Boolean).join(" ") || undefined;
