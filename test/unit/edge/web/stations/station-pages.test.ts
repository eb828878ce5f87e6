import { expect, test } from 'vitest';
import type { ListedStation } from '../../../../../edge/web/stations/enrolments.ts';
import {
  pageOfStations,
  type StationPage,
  stationsPerPage,
} from '../../../../../edge/web/stations/station-pages.ts';

const station = (index: number, revoked = false): ListedStation => ({
  id: `id${index}`,
  name: `Gate ${String(index).padStart(4, '0')}`,
  branch: index % 2 === 0 ? 'HKCL' : 'STPL',
  enrolledAt: index,
  enrolledBy: 'chan',
  lastSeenAt: null,
  revoked,
});

/** The station ids of each page. Follows the pages from the first to the last. */
function walk(listAt: (page: number) => readonly ListedStation[]): string[][] {
  const pages: string[][] = [];
  for (let after: string | null = null; ; ) {
    const page: StationPage =
      pageOfStations(listAt(pages.length), after) ?? expect.fail('the cursor was not taken');
    pages.push(page.stations.map(({ id }: ListedStation) => id));
    if (!page.pageInfo.hasNextPage) {
      return pages;
    }
    after = page.pageInfo.endCursor;
  }
}

test('each station is on one page, in use before revoked, by branch and name', () => {
  const stations = Array.from({ length: 2 * stationsPerPage + 1 }, (_, index) => station(index, index === 4));
  const pages = walk(() => stations.toReversed());
  expect(pages.map(({ length }) => length)).toEqual([stationsPerPage, stationsPerPage, 1]);
  const evens = stations.filter(({ branch, revoked }) => branch === 'HKCL' && !revoked);
  const odds = stations.filter(({ branch }) => branch === 'STPL');
  expect(pages.flat()).toEqual([...evens, ...odds, station(4)].map(({ id }) => id));
  expect(pageOfStations(stations, null)?.totalCount).toBe(stations.length);
});

test('a page goes on where the one before ended, also once its last station is revoked or gone', () => {
  const stations = Array.from({ length: stationsPerPage + 10 }, (_, index) => station(2 * index));
  const lastOfFirst = stations[stationsPerPage - 1];
  const without = stations.filter((one) => one !== lastOfFirst);
  const expected = stations.slice(stationsPerPage).map(({ id }) => id);
  expect(walk((page) => (page === 0 ? stations : without))[1]).toEqual(expected);
  const revoked = lastOfFirst === undefined ? [] : [{ ...lastOfFirst, revoked: true }];
  expect(walk((page) => (page === 0 ? stations : [...without, ...revoked]))[1]).toEqual([
    ...expected,
    lastOfFirst?.id,
  ]);
});

test.each(['', 'x', Buffer.from('[1]').toString('base64url')])('%j is no cursor', (text) => {
  expect(pageOfStations([station(1)], text)).toBeNull();
});

test('there may be none', () => {
  expect(pageOfStations([], null)).toEqual({
    stations: [],
    pageInfo: { hasNextPage: false, endCursor: null },
    totalCount: 0,
  });
});
