import type { IndexDatabase, ToRead } from '../../../store/index/port.ts';
import { readApart } from '../../runtime/read-apart.ts';
import { isOnShelf, maxCopies } from '../rules/copies.ts';
import { rereadApplications, rereadLossReports } from './applications.ts';
import { readCards } from './read-cards.ts';
import type { IndexServices } from './services.ts';
import { setAside } from './set-aside.ts';

/**
 * The number of cards that are read from the front of a queue when the queue moves. One call to circulation takes at
 * most ten cards.
 */
const headSize = 10;

/**
 * Reads a batch of marked keys again, for each kind of key that is read from `system`. Resolves to false if nothing was
 * read.
 *
 * A returned item leads to its title. The title leads to the first cards in its queue. These cards show the hold that
 * became ready. Circulation has no event for a hold that becomes ready.
 *
 * Records that can't be decoded are set aside, and the other records of the batch are read.
 *
 * @param left the kinds that a later call reads
 * @throws UpstreamError, StoreUnavailable. Keys that were not read stay marked.
 */
export async function refresh(
  services: IndexServices,
  system: keyof typeof kindsOf,
  signal: AbortSignal,
  left: readonly ToRead['kind'][] = [],
): Promise<boolean> {
  let hasRead = false;
  for (const kind of kindsOf[system].filter((one) => !left.includes(one))) {
    const { size, read } = steps[kind];
    const keys = await services.index.toRead(kind, size);
    if (keys.length > 0) {
      const start = await services.index.startReading();
      const { unreadable } = await readApart(
        keys,
        (some) => read(services, some, signal),
        () => services[system].ping(signal),
      );
      const failed = new Set(unreadable.map(({ key }) => key));
      const wasRead = keys.filter((key) => !failed.has(key));
      // `saveCards` has removed the marks of the cards whose readings it took.
      if (kind !== 'CARD') {
        await services.index.wasRead(
          wasRead.map((key) => ({ kind, key })),
          start,
        );
      }
      await setAside(services, kind, unreadable, start);
      hasRead ||= wasRead.length > 0;
    }
  }
  return hasRead;
}

interface Step {
  /** The maximum number of keys in a batch. It is low, so that no kind of key waits long for another. */
  readonly size: number;
  readonly read: (services: IndexServices, keys: readonly string[], signal: AbortSignal) => Promise<void>;
}

/**
 * The kinds of keys, by the system from which they are read, so that neither system waits for the other. A kind that
 * marks keys of another kind comes before that kind.
 */
const kindsOf = {
  circulation: ['ITEM', 'TITLE', 'CARD', 'COPIES'],
  cards: ['PATRON', 'APPLICATION', 'LOSS_REPORT'],
} as const satisfies Record<string, readonly ToRead['kind'][]>;

/** Marks the cards of patrons. */
async function readPatrons(
  { index, cards }: IndexServices,
  patrons: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const found = (await cards.cardsByPatron(patrons, signal)).flat();
  await index.markToRead(found.map(({ libraryCardNumber }) => ({ kind: 'CARD', key: libraryCardNumber })));
}

/** Marks the queues and copies of the items' titles to be read. Items that circulation no longer knows are left out. */
async function readItems(
  { index, circulation }: IndexServices,
  itemNumbers: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const items = await circulation.itemsByNumber(itemNumbers, signal);
  const titles = new Set(items.flatMap((item) => (item === null ? [] : [item.titleNumber])));
  await index.markToRead([...titles].flatMap(markQueue));
}

const markQueue = (titleNumber: string): readonly ToRead[] => [
  { kind: 'TITLE', key: titleNumber },
  { kind: 'COPIES', key: titleNumber },
];

async function readQueues({ index }: IndexServices, titleNumbers: readonly string[]): Promise<void> {
  const heads = await headsOf(index, titleNumbers, headSize);
  const cards = new Set(heads.flatMap(({ head }) => head?.cards ?? []));
  await index.markToRead([...cards].map((key) => ({ kind: 'CARD', key })));
}

async function readMarkedCards(
  services: IndexServices,
  cards: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await services.index.saveCards(await readCards(services, cards, signal));
}

/** Counts the copies on the shelves, for titles that have a queue. Each title takes a call to circulation. */
async function readCopies(
  { index, circulation }: IndexServices,
  titleNumbers: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const heads = await headsOf(index, titleNumbers, 1);
  await Promise.all(
    heads.map(async ({ titleNumber, head }) => {
      if (head !== null) {
        const copies = await circulation.findItems(head.title, maxCopies, signal);
        const onShelf = copies.filter((copy) => copy.titleNumber === titleNumber && isOnShelf(copy));
        await index.saveCopies(titleNumber, onShelf.length);
      }
    }),
  );
}

const headsOf = (index: IndexDatabase, titleNumbers: readonly string[], size: number) =>
  Promise.all(
    titleNumbers.map(async (titleNumber) => ({
      titleNumber,
      head: await index.queueHead(titleNumber, size),
    })),
  );

const steps: Readonly<Record<ToRead['kind'], Step>> = {
  PATRON: { size: 25, read: readPatrons },
  ITEM: { size: 100, read: readItems },
  TITLE: { size: 50, read: readQueues },
  CARD: { size: 100, read: readMarkedCards },
  COPIES: { size: 10, read: readCopies },
  APPLICATION: { size: 25, read: rereadApplications },
  // A report is read by the id before it. The marked reports are not consecutive, so each takes a call.
  LOSS_REPORT: { size: 1, read: rereadLossReports },
};
