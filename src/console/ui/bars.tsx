import type { Tone } from "../lib/labels.ts";

export interface Bar {
  key: string;
  /** Shown below, where there is room. */
  label: string;
  values: number[];
}

export interface Series {
  name: string;
  tone: Tone;
}

const WIDTH = 460;
const HEIGHT = 170;
const LEFT = 34;
const RIGHT = 14;
const BAR_MAX = 56;
const BOTTOM = 22;
const TOP = 8;

/** Stacked bars. The same figures stand in a table for readers that do not see them. */
export function Bars({ title, series, bars }: { title: string; series: Series[]; bars: Bar[] }) {
  const highest = Math.max(1, ...bars.map(({ values }) => sumOf(values)));
  const top = niceCeiling(highest);
  const step = (WIDTH - LEFT - RIGHT) / Math.max(1, bars.length);
  const barWidth = Math.min(BAR_MAX, step * 0.7);
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
  const labelEvery = Math.ceil(bars.length / 7);
  return (
    <figure className="unframed">
      <ul className="legend" aria-hidden="true">
        {series.map(({ name, tone }) => (
          <li key={name}>
            <svg viewBox="0 0 10 10" className={tone} aria-hidden="true">
              <rect width="10" height="10" rx="2" />
            </svg>
            {name}
          </li>
        ))}
      </ul>
      <svg className="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line className="grid" x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 6} y={y(value) + 4} textAnchor="end">
              {value}
            </text>
          </g>
        ))}
        {bars.map((bar, index) => (
          <g key={bar.key}>
            {stacked(bar.values).map(({ from, to }, part) =>
              to > from ? (
                <rect
                  key={series[part]?.name}
                  className={series[part]?.tone}
                  x={LEFT + (index + 0.5) * step - barWidth / 2}
                  width={barWidth}
                  y={y(to)}
                  height={y(from) - y(to)}
                />
              ) : null,
            )}
            {index % labelEvery === 0 && (
              <text x={LEFT + (index + 0.5) * step} y={HEIGHT - 6} textAnchor="middle">
                {bar.label}
              </text>
            )}
          </g>
        ))}
      </svg>
      <SameAsTable title={title} series={series} bars={bars} />
    </figure>
  );
}

function SameAsTable({ title, series, bars }: { title: string; series: Series[]; bars: Bar[] }) {
  return (
    <div className="unseen">
      <table>
        <caption>{title}</caption>
        <tbody>
          <tr>
            <td />
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
          {bars
            .filter(({ values }) => sumOf(values) > 0)
            .map(({ key, label, values }) => (
              <tr key={key}>
                <th scope="row">{label}</th>
                {series.map(({ name }, index) => (
                  <td key={name}>{values[index]}</td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

const sumOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

function stacked(values: number[]): { from: number; to: number }[] {
  let from = 0;
  return values.map((value) => {
    const part = { from, to: from + value };
    from = part.to;
    return part;
  });
}

/** The next of 2, 4, 10, 20, 40, 100 …: its half is a whole number. */
function niceCeiling(value: number): number {
  for (let power = 1; ; power *= 10) {
    for (const factor of [2, 4, 10]) if (value <= factor * power) return factor * power;
  }
}
