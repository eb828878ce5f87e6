import type { Circulation } from '../../../adapters/circulation/port.ts';
import type { CardManagement } from '../../../adapters/credentials/port.ts';
import type { PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { ApplicationIndex, CirculationIndex, IndexProgress } from '../../../store/index/port.ts';
import type {
  ChangeAudit,
  Journal,
  MergedPatrons,
  NewNotice,
  NewsOfAccounts,
  NoticeKind,
  NoticeLease,
  Notices,
  ReaderPreferences,
} from '../../../store/journal/port.ts';
import { isSwitchedOff } from '../../library/optional-notices.ts';
import type { NoticeEndpoint } from '../sending/endpoint.ts';

type NoticeIndex = Pick<CirculationIndex, 'loans' | 'holds'> &
  Pick<ApplicationIndex, 'applications' | 'lossReports'> & {
    progress(): Promise<Pick<IndexProgress, 'isOpen'>>;
  };

/** The dependencies of making notices: the index, and the systems from which its rows are read again. */
export interface MakingServices {
  readonly notices: Notices & ReaderPreferences;
  readonly index: NoticeIndex;
  readonly circulation: Circulation;
  readonly cards: CardManagement;
  readonly patrons: Pick<PatronRegistry, 'findMany'>;
  readonly merged: Pick<MergedPatrons, 'mergesOf'>;
  readonly changes: Pick<ChangeAudit, 'recentChanges'>;
  readonly journal: Pick<Journal, 'findById'>;
  readonly accountNews: NewsOfAccounts;
  readonly endpoints: readonly Pick<NoticeEndpoint, 'name' | 'kinds'>[];
  readonly clock: () => Date;
}

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

export const endpointsFor = ({ endpoints }: MakingServices, kind: NoticeKind): readonly string[] =>
  endpoints.filter(({ kinds }) => kinds.has(kind)).map(({ name }) => name);

/**
 * Makes any number of notices. Leaves out notices that no endpoint wants, and those of closed records (R15). They are
 * not recorded as made. If a patron's record was merged into another, the other record gets the notice.
 * @param formerEmails the addresses to use instead of the registry's, by the occasion of the notice
 */
export async function makeAll(
  services: Making,
  found: readonly Pick<NewNotice, 'kind' | 'patronId' | 'occasion'>[],
  formerEmails: ReadonlyMap<string, string | null> = new Map(),
): Promise<void> {
  const wanted = found
    .map((notice) => ({
      ...notice,
      endpoints: endpointsFor(services, notice.kind),
      formerEmail: formerEmails.get(notice.occasion) ?? null,
    }))
    .filter(({ endpoints }) => endpoints.length > 0);
  for (let from = 0; from < wanted.length; from += pageSize) {
    const addressed = await toStaying(services, wanted.slice(from, from + pageSize));
    const page = await withoutClosed(services, addressed);
    if (page.length > 0) {
      await services.notices.makeNotices(await withoutSwitchedOff(services, page));
    }
  }
}

/** If a patron's record was merged into another, replaces the patron in the row by the patron of the other record. */
async function toStaying<Row extends { readonly patronId: string }>(
  { merged }: MakingServices,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const merges = await merged.mergesOf(rows.map(({ patronId }) => patronId));
  return rows.map((row, at) => ({ ...row, patronId: merges[at]?.into ?? row.patronId }));
}

async function withoutClosed(
  { patrons, signal }: Making,
  notices: readonly NewNotice[],
): Promise<readonly NewNotice[]> {
  const patronIds = [...new Set(notices.map(({ patronId }) => patronId))];
  const records = await patrons.findMany(patronIds, signal);
  const closed = new Set(records.flatMap((patron) => (patron?.status === 'CLOSED' ? [patron.number] : [])));
  return notices.filter(({ patronId }) => !closed.has(patronId));
}

/** Removes the endpoints of notices that their readers have switched off. Such a notice is recorded as made. */
async function withoutSwitchedOff(
  services: Making,
  notices: readonly NewNotice[],
): Promise<readonly NewNotice[]> {
  const preferences = await services.notices.noticePreferences(notices.map(({ patronId }) => patronId));
  return notices.map((notice, at) => {
    const chosen = preferences[at];
    const isOff = chosen !== undefined && isSwitchedOff(notice.kind, chosen);
    return isOff ? { ...notice, endpoints: [] } : notice;
  });
}

/**
 * The patron of each card, by card number. A card that card management doesn't know is left out. If the card's record
 * was merged into another, the patron is that of the other record.
 */
export async function patronsOf(
  services: MakingServices,
  libraryCardNumbers: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const numbers = [...new Set(libraryCardNumbers)];
  const found = numbers.length === 0 ? [] : await services.cards.cardsByNumber(numbers, signal);
  const cards = await toStaying(
    services,
    found.filter((card) => card !== null),
  );
  return new Map(cards.map(({ libraryCardNumber, patronId }) => [libraryCardNumber, patronId]));
}
