import { type ReactNode, useId, useState } from 'react';
import type { ListedOperation } from './setup.ts';

/** The guides' operations for an audience, grouped by guide, with a filter. */
export function Operations({
  operations,
  audience,
  onOpen,
}: {
  readonly operations: readonly ListedOperation[];
  /** Null for operations of every audience. */
  readonly audience: string | null;
  readonly onOpen: (operation: ListedOperation) => void;
}): ReactNode {
  const [filter, setFilter] = useState('');
  const id = useId();
  const words = filter.toLowerCase().split(/\s+/);
  const found = operations.filter(
    ({ id: operationId, section, audiences }) =>
      (audience === null || audiences.includes(audience)) &&
      words.every((word) => `${operationId} ${section}`.toLowerCase().includes(word)),
  );
  const guides = Map.groupBy(found, (operation) => operation.id.split('/')[0] ?? '');
  return (
    <>
      <label htmlFor={id}>Find an operation</label>
      <input id={id} type="search" value={filter} onChange={(event) => setFilter(event.target.value)} />
      <p className="hidden" role="status">
        {found.length} operations
      </p>
      {found.length === 0 && (
        <p>{filter === '' ? 'No guide is for this audience.' : 'No operation is called so.'}</p>
      )}
      {[...guides].map(([guide, members]) => (
        <section key={guide} aria-labelledby={`guide-${guide}`}>
          <h2 id={`guide-${guide}`}>{titleOf(guide)}</h2>
          <ul>
            {members.map((operation) => (
              <li key={operation.id}>
                <button type="button" onClick={() => onOpen(operation)}>
                  <strong>{operation.id.slice(guide.length + 1)}</strong> <span>{operation.section}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

/** The title of a guide: `front-ends` becomes `Front ends`. */
const titleOf = (guide: string): string =>
  `${guide.slice(0, 1).toUpperCase()}${guide.slice(1).replaceAll('-', ' ')}`;
