import type { Encryption } from '../encryption/encryption.ts';
import { all } from '../sql.ts';
import type { IndexBuild } from './port.ts';
import { checkCount } from './rows.ts';
import type { IndexStore } from './store.ts';
import { drawStart, storedKey, wasRead } from './to-read.ts';

/**
 * For a card without loans and holds, the index stores only the numbers of the card's last readings. They show whether
 * a reading that ends later is older. They are removed after this many further numbers have been drawn, because no
 * reading takes that long.
 */
const readingsKept = 100_000;
/** The number of rows that one statement removes. A statement must end within seconds. */
const readingsRemovedAtOnce = 20_000;
/** The number of days for which the index keeps the counts of loans and returns. */
const lendingDaysKept = 31;

interface MarkRow {
  readonly key: string;
  readonly key_sealed: string | null;
}

type Marks = Pick<
  IndexBuild,
  'toRead' | 'oldestMark' | 'setAside' | 'wasRead' | 'markLapsed' | 'removeExpired'
>;

export function marksOf(store: IndexStore, encryption: Encryption): Marks {
  return {
    async toRead(kind, maxItems) {
      checkCount(maxItems);
      const rows = await store.ask<MarkRow>('toRead', [kind, await store.now(), maxItems]);
      return rows.map(({ key, key_sealed: sealed }) => (sealed === null ? key : encryption.decrypt(sealed)));
    },
    async oldestMark() {
      const [row] = await store.ask<{ readonly number: number | string | null }>('oldestMarkNumber', []);
      return row === undefined || row.number === null ? null : Number(row.number);
    },
    async setAside(what, { number }) {
      checkCount(what.length);
      const nowMs = await store.now();
      await store.write((ask) =>
        all(
          what.flatMap((one) => {
            const [key, sealed] = storedKey(encryption, one);
            const mark = ask('setAside', [one.kind, key, sealed, number, nowMs]);
            const listed = JSON.stringify([{ card: key, sealed }]);
            return one.kind === 'CARD' ? [mark, ask('listCards', [listed])] : [mark];
          }),
        ),
      );
    },
    async wasRead(what, start) {
      const byKind = Map.groupBy(what, ({ kind }) => kind);
      await store.write((ask) =>
        all(
          [...byKind].map(([kind, ofKind]) => {
            const keys = ofKind.map((one) => storedKey(encryption, one)[0]);
            return wasRead(ask, kind, keys, start);
          }),
        ),
      );
    },
    async markLapsed(today) {
      const { number, at } = await drawStart(store);
      await store.write((ask) => ask('markLapsed', [number, at.getTime(), today]));
    },
    async removeExpired(today) {
      const { number } = await drawStart(store);
      await store.write((ask) =>
        all([
          ask('removeCardReadings', [number - readingsKept, readingsRemovedAtOnce]),
          ask('removeCounts', []),
          ask('removeLendingDays', [daysBefore(today, lendingDaysKept)]),
        ]),
      );
    },
  };
}

const daysBefore = (day: string, days: number): string =>
  new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
