import type { IndexDatabase, ToRead } from '../../../adapters/index/port.ts';
import { isOnShelf, maxCopies } from '../rules/copies.ts';
import { readCards } from './read-cards.ts';
import type { IndexServices } from './services.ts';

/** How many marks of each kind are taken at once: a few calls each, so that no kind waits long for another. */
const batchSizes = { ITEM: 100, TITLE: 50, CARD: 100, COPIES: 10 } as const;
/** First cards in a queue that are read when it moves: as many as one call to circulation takes. */
const headSize = 10;

/**
 * Reads again a batch of what is marked, of each kind. Resolves to false where nothing was.
 *
 * An item that was returned leads to its title, the title to the first cards in its queue, and these to the hold that became ready:
 * circulation has no event for that.
 *
 * @throws UpstreamError, JournalUnavailable: what was not read stays marked.
 */
export async function refresh(services: IndexServices, signal: AbortSignal): Promise<boolean> {
  const { index } = services;
  const steps: Readonly<Record<ToRead['kind'], Step>> = {
    ITEM: readItems,
    TITLE: readQueues,
    CARD: readMarkedCards,
    COPIES: readCopies,
  };
  let hasRead = false;
  for (const kind of ['ITEM', 'TITLE', 'CARD', 'COPIES'] as const) {
    const keys = await index.toRead(kind, batchSizes[kind]);
    if (keys.length > 0) {
      const startedAt = await index.now();
      await steps[kind](services, keys, signal);
      await index.wasRead(
        keys.map((key) => ({ kind, key })),
        startedAt,
      );
      hasRead = true;
    }
  }
  return hasRead;
}

type Step = (services: IndexServices, keys: readonly string[], signal: AbortSignal) => Promise<void>;

/** Marks the titles of items. One that circulation doesn't know any more has no queue. */
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

/** Counts the copies on the shelves for titles with a queue: a call to circulation for each. */
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
