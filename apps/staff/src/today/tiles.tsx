import { Link } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { figure } from './figures.ts';

export interface Tile {
  readonly label: string;
  /** Null if the figure could not be read. */
  readonly value: number | null;
  /** The view that lists the counted things. */
  readonly to?: string;
  readonly search?: Readonly<Record<string, string>>;
  readonly note?: string | undefined;
  readonly isAlarming?: boolean;
}

/** Figures with their names. Some of them link to a list of the things that they count. */
export const Tiles = ({ tiles }: { readonly tiles: readonly Tile[] }): ReactNode => (
  <dl className="tiles">
    {tiles.map(({ label, value, to, search, note, isAlarming = false }) => (
      <div key={label} className="card tile">
        <dt>
          {to === undefined ? (
            label
          ) : (
            <Link to={to} search={search}>
              {label}
            </Link>
          )}
        </dt>
        <dd className={isAlarming && value !== null && value > 0 ? 'alarming' : undefined}>
          {figure(value)}
        </dd>
        {note !== undefined && <dd className="note">{note}</dd>}
      </div>
    ))}
  </dl>
);
