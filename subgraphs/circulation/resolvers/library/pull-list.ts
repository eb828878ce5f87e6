import type { Hold } from '../../../../adapters/circulation/port.ts';
import type { IndexProgress } from '../../../../store/index/port.ts';
import { sortBy } from '../../../library/sort-by.ts';
import {
  type Connection,
  type PageInput,
  parsePage,
  sliceToConnection,
} from '../../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../../context.ts';
import { currentRows } from '../../index/current-rows.ts';
import { isOnShelf } from '../../rules/copies.ts';
import { type CopyToFetch, copiesToFetch, shelfKey } from '../../rules/pull-list.ts';
import { copiesOf } from '../titles.ts';
import { checkBranch } from './check-branch.ts';
import { ofActivePatrons } from './holds-to-fetch.ts';

/** The maximum number of queued holds for which copies are looked for, the oldest first. Each title takes one call. */
const maxHolds = 100;

interface PullList extends Connection<CopyToFetch> {
  readonly progress: IndexProgress;
  readonly complete: boolean;
}

/**
 * The copies that staff of a branch must fetch from the shelves for queued holds, in the order of the shelves. The
 * holds may be collected at any branch. Every branch computes which copies all branches must fetch, and gets the same
 * result. So no two branches fetch a copy for the same hold.
 */
export async function pullList(
  _: unknown,
  { filter: { branch }, ...args }: PageInput & { readonly filter: { readonly branch: string } },
  context: CirculationContext,
): Promise<PullList> {
  requireScope(context, ['circulation:read']);
  const page = parsePage(args, 'pullList');
  checkBranch(branch, context.branches);
  const { index } = context.services;
  const progress = await context.requireOpenIndex();
  const found = await index.holds({
    shelf: 'TO_FETCH',
    pickupBranch: null,
    readyUntilBefore: null,
    after: null,
    maxItems: maxHolds + 1,
  });
  const isQueued = ({ state }: Hold) => state === 'QUEUED';
  const holds = await currentRows(index, found.slice(0, maxHolds), context.holdsByCard, isQueued);
  const queues = [...Map.groupBy(holds, ({ titleNumber }) => titleNumber).values()];
  const chosen = await Promise.all(queues.map((queue) => copiesForQueue(queue, context)));
  const ofBranch = chosen.flat().filter(({ item }) => item.branch === branch);
  const toFetch = await ofActivePatrons(ofBranch, ({ hold }) => hold, context);
  const sorted = sortBy(toFetch, shelfKey);
  const complete = progress.isWhole && found.length <= maxHolds;
  return { ...sliceToConnection(sorted, shelfKey, page), progress, complete };
}

/** The copies to fetch for the queued holds of one title. If none is on the shelves, the index reads the title again. */
async function copiesForQueue(
  queue: readonly Hold[],
  context: CirculationContext,
): Promise<readonly CopyToFetch[]> {
  const [first] = queue;
  if (first === undefined) {
    return [];
  }
  const onShelf = (await copiesOf(first, context)).filter(isOnShelf);
  if (onShelf.length === 0) {
    await context.services.index.markToRead([{ kind: 'COPIES', key: first.titleNumber }]);
  }
  return copiesToFetch(queue, onShelf);
}
