import type { Operation, OperationPosition } from '../../../store/journal/port.ts';
import { requireRead } from '../../runtime/caller.ts';
import {
  badInput,
  boundsOfPage,
  type CountedPage,
  type Page,
  type PageInput,
  parsePage,
  toPage,
} from '../../runtime/pagination.ts';
import type { CirculationContext } from '../context.ts';

/**
 * The operations that anybody has requested about the patron, the latest first. Only the patron sees this list. It
 * doesn't show who requested them.
 */
export async function operationsOfPatron(
  { id }: { readonly id: string },
  args: PageInput,
  { services: { journal }, caller }: CirculationContext,
): Promise<CountedPage<Operation>> {
  requireRead(caller, id, []);
  const page = await pageOfOperations(args, 'Patron.operations', (before, maxItems) =>
    journal.operationsOfPatron(id, before, maxItems),
  );
  return { ...page, totalCount: () => journal.countOperationsOfPatron(id, null) };
}

export async function pageOfOperations(
  args: PageInput,
  list: string,
  find: (before: OperationPosition | null, maxItems: number) => Promise<readonly Operation[]>,
): Promise<Page<Operation>> {
  const page = parsePage(args, list);
  const before = page.after === null ? null : parsePosition(page.after);
  const found = await find(before, page.first + 1);
  return toPage(found.slice(0, page.first), positionText, boundsOfPage(page, found.length));
}

const positionText = ({ requestedAt, id }: Operation): string => `${requestedAt.toISOString()} ${id}`;

function parsePosition(text: string): OperationPosition {
  const [, instant = '', id = ''] = /^(\S{24}) ([0-9A-Za-z]{22})$/.exec(text) ?? [];
  const requestedAt = new Date(instant);
  if (Number.isNaN(Number(requestedAt))) {
    throw badInput('`after` must be a `cursor` of another page.');
  }
  return { requestedAt, id };
}
