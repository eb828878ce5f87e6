import type { IndexDatabase, ToRead } from '../../../store/index/port.ts';
import { readApart } from '../../runtime/read-apart.ts';
import { isOnShelf, maxCopies } from '../rules/copies.ts';
import { rereadApplications, rereadLossReports } from './applications.ts';
import { readCards } from './read-cards.ts';
import type { IndexServices } from './services.ts';
import { setAside } from './set-aside.ts';

/**
 * When a title's queue moves, the cards of this many first holds are read. One call to circulation takes at most ten
 * cards.
 */
const headSize = 10;

/**
 * Reads records that the index must read again. The index stores their keys (`ToRead`) by kind: of cards, of items and
 * so on. One call reads a batch of each kind that `system` has. Resolves to false if nothing was read.
 *
 * Circulation has no event for a hold that becomes ready. So when an item was returned, the item is read to find its
 * title. Then the first cards in the title's queue are read, and they show the hold that became ready.
 *
 * Records that can't be decoded are set aside, and the other records of the batch are read.
 *
 * @param left the kinds that this call must not read
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
      // For cards, `saveCards` has already recorded that they were read.
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

interface RefreshStep {
  /** The maximum number of keys in a batch. It is low, so that other kinds of keys don't wait long. */
  readonly size: number;
  readonly read: (services: IndexServices, keys: readonly string[], signal: AbortSignal) => Promise<void>;
}

/**
 * The kinds of keys that each system answers. Each system is read in a loop of its own, so that neither waits for the
 * other. Reading an item marks its title, and reading a title's queue marks cards, so they are read in this order.
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

/** Finds the titles of items, and marks each title's queue and copies to be read. Unknown items are left out. */
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

const steps: Readonly<Record<ToRead['kind'], RefreshStep>> = {
  PATRON: { size: 25, read: readPatrons },
  ITEM: { size: 100, read: readItems },
  TITLE: { size: 50, read: readQueues },
  CARD: { size: 100, read: readMarkedCards },
  COPIES: { size: 10, read: readCopies },
  APPLICATION: { size: 25, read: rereadApplications },
  // A report can only be read by the id of the report before it. The reports to read again rarely follow each other, so
  // each takes a call.
  LOSS_REPORT: { size: 1, read: rereadLossReports },
};
