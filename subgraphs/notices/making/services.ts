import type { Circulation } from '../../../adapters/circulation/port.ts';
import type { CardManagement } from '../../../adapters/credentials/port.ts';
import type { ApplicationIndex, CirculationIndex, IndexProgress } from '../../../store/index/port.ts';
import type { NewNotice, NoticeKind, NoticeLease, Notices } from '../../../store/journal/port.ts';
import type { WebhookEndpoint } from '../endpoints/read-endpoints.ts';

/** The parts of the index that are read to make notices. */
type NoticeIndex = Pick<CirculationIndex, 'loans' | 'holds'> &
  Pick<ApplicationIndex, 'applications' | 'lossReports'> & {
    progress(): Promise<Pick<IndexProgress, 'isOpen'>>;
  };

/** The dependencies of making notices: the index, and the systems from which its rows are read again. */
export interface MakingServices {
  readonly notices: Notices;
  readonly index: NoticeIndex;
  readonly circulation: Circulation;
  readonly cards: CardManagement;
  readonly endpoints: readonly WebhookEndpoint[];
  readonly clock: () => Date;
}

/** One run that makes notices. */
export interface Making extends MakingServices {
  readonly holder: string;
  readonly lease: NoticeLease;
  readonly signal: AbortSignal;
}

/** The number of rows that are read from the index at once. */
export const pageSize = 500;

/**
 * The pages of a list, one after another, until its end or until the signal aborts.
 * @param read gets the last row of the previous page; undefined for the first page
 */
export async function* pagesOf<Row>(
  read: (last: Row | undefined) => Promise<readonly Row[]>,
  signal: AbortSignal,
): AsyncGenerator<readonly Row[]> {
  let last: Row | undefined;
  while (!signal.aborted) {
    const page = await read(last);
    yield page;
    last = page.at(-1);
    if (page.length < pageSize || last === undefined) {
      return;
    }
  }
}

/** The names of the endpoints that want notices of this kind. */
export const endpointsFor = ({ endpoints }: MakingServices, kind: NoticeKind): readonly string[] =>
  endpoints.filter(({ kinds }) => kinds.has(kind)).map(({ name }) => name);

/** Makes any number of notices. A notice that no endpoint wants is not recorded as made. */
export async function makeAll(
  services: MakingServices,
  found: readonly Omit<NewNotice, 'endpoints'>[],
): Promise<void> {
  const wanted = found
    .map((notice) => ({ ...notice, endpoints: endpointsFor(services, notice.kind) }))
    .filter(({ endpoints }) => endpoints.length > 0);
  for (let from = 0; from < wanted.length; from += pageSize) {
    await services.notices.makeNotices(wanted.slice(from, from + pageSize));
  }
}

/** The patron of each card, by card number. A card that card management doesn't know is left out. */
export async function patronsOf(
  { cards }: MakingServices,
  libraryCardNumbers: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const numbers = [...new Set(libraryCardNumbers)];
  const found = numbers.length === 0 ? [] : await cards.cardsByNumber(numbers, signal);
  return new Map(found.flatMap((card) => (card === null ? [] : [[card.libraryCardNumber, card.patronId]])));
}
