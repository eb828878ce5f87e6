import type { Encryption } from '../encryption/encryption.ts';
import type { Asking } from '../sql.ts';
import { eventsOf } from './events.ts';
import { marksOf } from './marks.ts';
import type { BuildState, CrawlPosition, IndexBuild } from './port.ts';
import { type BuildRow, checkCount, type HoldRow, readBuild } from './rows.ts';
import { saveCards } from './save-cards.ts';
import { removeAll, stagesOf } from './stages.ts';
import type { AskWithin, IndexStore } from './store.ts';
import { drawStart } from './to-read.ts';
import { writeInBuild } from './write-in-build.ts';

export function buildOf(store: IndexStore, encryption: Encryption): IndexBuild {
  return {
    ...stagesOf(store, encryption),
    ...eventsOf(store, encryption),
    ...marksOf(store, encryption),
    ...crawlOf(store, encryption),
    async buildState() {
      const row = await readBuild(store.ask);
      return row === undefined ? null : stateOf(encryption, row);
    },
    async clear() {
      await store.write(removeAll);
    },
    async queueHead(titleNumber, maxItems) {
      checkCount(maxItems);
      const rows = await store.ask<HoldRow>('queueOfTitle', [titleNumber, maxItems]);
      const [head] = rows;
      const cards = rows.map((row) => encryption.decrypt(row.card_sealed));
      return head === undefined ? null : { title: head.title, cards };
    },
    async saveCopies(titleNumber, onShelf) {
      await store.write((ask) => ask('saveCopies', [titleNumber, onShelf]));
    },
  };
}

function stateOf(encryption: Encryption, row: BuildRow): BuildState {
  return {
    id: row.id,
    stage: row.stage,
    isWhole: row.is_whole === 1,
    isListing: row.listed_until !== null,
    eventSequence: row.event_sequence,
    crawl: {
      pass: row.pass,
      afterPatron: row.after_patron_sealed === null ? null : encryption.decrypt(row.after_patron_sealed),
      patronsRead: row.patrons_read,
      patronsTotal: row.patrons_total,
    },
    lastApplication: row.last_application === '' ? null : row.last_application,
    lastLossReport: row.last_loss_report === '' ? null : row.last_loss_report,
  };
}

function crawlOf(
  store: IndexStore,
  encryption: Encryption,
): Pick<IndexBuild, 'saveCards' | 'saveCrawled' | 'finishPass'> {
  return {
    async saveCards(readings) {
      checkCount(readings.length);
      const saving = await drawStart(store);
      await store.write(function* (ask) {
        yield* saveCards(ask, encryption, readings, saving, true);
        yield* ask('cardsRead', [readings.length]);
      });
    },
    async saveCrawled(state, readings, position) {
      checkCount(readings.length);
      const saving = await drawStart(store);
      return await writeInBuild(store, state.id, isCrawlUnmoved(state), function* (ask) {
        yield* saveCards(ask, encryption, readings, saving, false);
        yield* saveCrawl(ask, encryption, position);
      });
    },
    async finishPass(state) {
      const number = await store.draw();
      return await writeInBuild(store, state.id, isCrawlUnmoved(state), (ask) => ask('finishPass', [number]));
    },
  };
}

/**
 * Returns whether the crawl has not moved since `state` was read. It has moved if it is in another pass, or if its pass
 * has read more patrons.
 */
const isCrawlUnmoved =
  ({ crawl: { pass, patronsRead } }: BuildState) =>
  (build: BuildRow): boolean =>
    build.pass === pass && build.patrons_read === patronsRead;

function saveCrawl(
  ask: AskWithin,
  encryption: Encryption,
  { afterPatron, patronsRead, patronsTotal }: CrawlPosition,
): Asking<unknown> {
  const sealed = afterPatron === null ? null : encryption.encrypt(afterPatron);
  return ask('saveCrawl', [sealed, patronsRead, patronsTotal]);
}
