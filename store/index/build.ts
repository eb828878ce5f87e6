import { randomUUID } from 'node:crypto';
import type { Encryption } from '../encryption/encryption.ts';
import { type Asking, all } from '../sql.ts';
import type { BuildState, CrawlPosition, IndexBuild, IndexedEvent } from './port.ts';
import { type BuildRow, checkCount, type HoldRow, readBuild } from './rows.ts';
import { saveCards } from './save-cards.ts';
import { removals } from './statements.ts';
import type { AskWithin, IndexStore } from './store.ts';
import { drawStart, markToRead, storedKey, wasRead } from './to-read.ts';
import { writeInBuild } from './write-in-build.ts';

/**
 * How far back the numbers of the readings of cards without rows are kept. No reading is under way while so many numbers
 * are drawn.
 */
const readingsKept = 100_000;
/** The number of days for which lending is listed. */
const lendingDaysKept = 31;

/** The methods that build the index. */
export function buildOf(store: IndexStore, encryption: Encryption): IndexBuild {
  return {
    ...eventsOf(store, encryption),
    ...crawlOf(store, encryption),
    async buildState() {
      const row = await readBuild(store.ask);
      return row === undefined ? null : stateOf(encryption, row);
    },
    async clear() {
      await store.write(removeAll);
    },
    async begin(eventSequence) {
      const { number, at } = await drawStart(store);
      return await store.write(function* (ask) {
        const [build] = yield* ask<BuildRow>('build', []);
        if (build !== undefined) {
          return false;
        }
        yield* removeAll(ask);
        yield* ask('begin', [randomUUID(), encryption.proof, BigInt(eventSequence), at.getTime(), number]);
        return true;
      });
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

/** Empties all tables. */
export const removeAll = (ask: AskWithin): Asking<unknown> =>
  all(removals.map((removal) => ask(removal, [])));

function stateOf(encryption: Encryption, row: BuildRow): BuildState {
  return {
    id: row.id,
    isWhole: row.is_whole === 1,
    eventSequence: row.event_sequence,
    begunSequence: row.begun_sequence,
    countedSequence: row.counted_sequence,
    crawl: {
      pass: row.pass,
      startedAt: new Date(Number(row.pass_started_at)),
      afterPatron: row.after_patron_sealed === null ? null : encryption.decrypt(row.after_patron_sealed),
      patronsRead: row.patrons_read,
      patronsTotal: row.patrons_total,
    },
    lastApplication: row.last_application === '' ? null : row.last_application,
    lastLossReport: row.last_loss_report === '' ? null : row.last_loss_report,
  };
}

interface MarkRow {
  readonly key: string;
  readonly key_sealed: string | null;
}

type EventBuild = Pick<
  IndexBuild,
  'applyEvents' | 'countEvents' | 'toRead' | 'setAside' | 'wasRead' | 'markLapsed' | 'removeExpired'
>;

function eventsOf(store: IndexStore, encryption: Encryption): EventBuild {
  return {
    async applyEvents(id, events, position, settledSequence) {
      checkCount(events.length);
      const start = await drawStart(store);
      return await writeInBuild(store, id, inAnyPosition, function* (ask, build) {
        const seen = yield* all(
          events.map(({ sequence }) => ask<{ is_new: number }>('seeEvent', [BigInt(sequence)])),
        );
        const fresh = events.filter((_, index) => (seen[index]?.length ?? 0) > 0);
        const marks = fresh.flatMap(({ toRead }) => toRead);
        yield* markToRead(ask, encryption, marks, start);
        const begunAt = BigInt(build.begun_sequence);
        // Older events are left out here, because `countEvents` counts them.
        yield* countLending(
          ask,
          fresh.filter(({ sequence }) => BigInt(sequence) > begunAt),
        );
        yield* ask('forgetEvents', [BigInt(settledSequence)]);
        if (position !== null) {
          const { sequence, upTo } = position;
          const nowMs = start.at.getTime();
          yield* ask('savePosition', [BigInt(sequence), Math.min(upTo?.getTime() ?? nowMs, nowMs), nowMs]);
        }
      });
    },
    async countEvents({ id, countedSequence }, events, until) {
      checkCount(events.length);
      const isPositionUnmoved = (build: BuildRow) => build.counted_sequence === countedSequence;
      return await writeInBuild(store, id, isPositionUnmoved, function* (ask) {
        yield* countLending(ask, events);
        yield* ask('saveCounted', [until === null ? null : BigInt(until)]);
      });
    },
    async toRead(kind, maxItems) {
      checkCount(maxItems);
      const rows = await store.ask<MarkRow>('toRead', [kind, await store.now(), maxItems]);
      return rows.map(({ key, key_sealed: sealed }) => (sealed === null ? key : encryption.decrypt(sealed)));
    },
    async setAside(what, { number }) {
      checkCount(what.length);
      const nowMs = await store.now();
      await store.write((ask) =>
        all(what.map((one) => ask('setAside', [one.kind, ...storedKey(encryption, one), number, nowMs]))),
      );
    },
    async wasRead(what, start) {
      const keys = what.map((one) => [one.kind, storedKey(encryption, one)[0]] as const);
      await store.write((ask) => wasRead(ask, keys, start));
    },
    async markLapsed(today) {
      const { number, at } = await drawStart(store);
      await store.write((ask) => ask('markLapsed', [number, at.getTime(), today]));
    },
    async removeExpired(today) {
      const { number } = await drawStart(store);
      await store.write((ask) =>
        all([
          ask('removeCardReadings', [number - readingsKept]),
          ask('removeCounts', []),
          ask('removeLendingDays', [daysBefore(today, lendingDaysKept)]),
        ]),
      );
    },
  };
}

const inAnyPosition = (): boolean => true;

function countLending(ask: AskWithin, events: readonly IndexedEvent[]): Asking<unknown> {
  const days = Map.groupBy(
    events.filter(({ counts }) => counts !== null),
    ({ day }) => day,
  );
  return all(
    [...days].map(([day, ofDay]) => {
      const lent = ofDay.filter(({ counts }) => counts === 'LENT').length;
      return ask('countLending', [day, lent, ofDay.length - lent]);
    }),
  );
}

const daysBefore = (day: string, days: number): string =>
  new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);

function crawlOf(
  store: IndexStore,
  encryption: Encryption,
): Pick<IndexBuild, 'saveCards' | 'saveCrawled' | 'finishPass'> {
  return {
    async saveCards(readings) {
      checkCount(readings.length);
      const saving = await drawStart(store);
      await store.write((ask) => saveCards(ask, encryption, readings, saving, true));
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
      const { number, at } = await drawStart(store);
      return await writeInBuild(store, state.id, isCrawlUnmoved(state), function* (ask, build) {
        yield* ask('markUnread', [number, at.getTime(), Number(build.pass_number)]);
        yield* ask('finishPass', [at.getTime(), number]);
      });
    },
  };
}

/**
 * Whether the stored crawl is still at the position in `state.crawl`. The pass and the number of patrons read identify
 * the position, because the number grows with each page.
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
