import { expect, test } from 'vitest';
import type { DayOfUsage, UsageStore } from '../../../store/shared-state/port.ts';
import type { UsageLimits } from '../../../store/shared-state/usage/statements.ts';

/** An empty store. `openAnother` opens it as another process does. */
export interface UsageUnderTest extends AsyncDisposable {
  readonly store: UsageStore;
  openAnother(): Promise<UsageStore>;
}

export type UsageOpening = (limits?: UsageLimits) => Promise<UsageUnderTest>;

const operation = { hash: '00000000000000aa', name: 'Title', text: '{ book { title } }', requests: 3 };

const usage = (more: Partial<DayOfUsage> = {}): DayOfUsage => ({
  day: '2026-11-30',
  client: 'kiosk',
  version: '1.0',
  coordinates: new Map([
    ['Query.book', 3],
    ['Book.title', 3],
  ]),
  operations: [operation],
  ...more,
});

export function usageContract(open: UsageOpening): void {
  test('counts of one day, and of several, are summed for each version of a client', async () => {
    await using subject = await open();
    const other = await subject.openAnother();
    await subject.store.add(usage());
    await subject.store.add(usage({ version: '2.0', coordinates: new Map([['Book.title', 1]]) }));
    await Promise.all([other.add(usage({ day: '2026-11-29' })), subject.store.add(usage())]);
    expect(await subject.store.read('2026-11-29')).toEqual({
      coordinates: [
        { client: 'kiosk', version: '1.0', coordinate: 'Book.title', requests: 9, lastDay: '2026-11-30' },
        { client: 'kiosk', version: '1.0', coordinate: 'Query.book', requests: 9, lastDay: '2026-11-30' },
        { client: 'kiosk', version: '2.0', coordinate: 'Book.title', requests: 1, lastDay: '2026-11-30' },
      ],
      operations: [
        { ...operation, client: 'kiosk', version: '1.0', requests: 9, lastDay: '2026-11-30' },
        { ...operation, client: 'kiosk', version: '2.0', lastDay: '2026-11-30' },
      ],
    });
    expect((await subject.store.read('2026-11-30')).coordinates[0]?.requests).toBe(6);
  });

  test('what is older than the day is removed', async () => {
    await using subject = await open();
    const old = { ...operation, hash: '00000000000000bb', name: null };
    await subject.store.add(usage({ day: '2026-09-01', operations: [old, operation] }));
    await subject.store.add(usage());
    await subject.store.removeBefore('2026-09-01');
    expect((await subject.store.read('2026-01-01')).operations.map(({ hash }) => hash)).toEqual([
      operation.hash,
      old.hash,
    ]);
    await subject.store.removeBefore('2026-09-02');
    const { coordinates, operations } = await subject.store.read('2026-01-01');
    expect(coordinates.map(({ requests }) => requests)).toEqual([3, 3]);
    expect(operations).toEqual([expect.objectContaining({ hash: operation.hash, requests: 6 })]);
  });

  test('with too many rows the oldest days go, and the newest day stays', async () => {
    await using subject = await open({ coordinates: 3, operations: 1 });
    const days = ['2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30'];
    for (const day of days) {
      await subject.store.add(usage({ day, version: day }));
    }
    await subject.store.removeBefore('2026-09-01');
    const { coordinates, operations } = await subject.store.read('2026-01-01');
    expect([...new Set(coordinates.map(({ lastDay }) => lastDay))]).toEqual(['2026-11-29', '2026-11-30']);
    expect(operations.map(({ lastDay }) => lastDay)).toEqual(['2026-11-29', '2026-11-30']);
  });
}
