/** What the process that follows circulation's feed shows of it. */
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, test } from 'vitest';
import type { FollowedBooks } from '../../../../store/journal/port.ts';
import { measureFeed } from '../../../../telemetry/metrics/services/feed.ts';
import { measureJournal } from '../../../../telemetry/metrics/services/journal.ts';
import { valuesOf } from './values.ts';

let registry: Registry;
let monotonicMs: number;
beforeEach(() => {
  registry = new Registry();
  monotonicMs = 0;
});

const monotonic = () => monotonicMs;
const shown = async (name: string) => (await valuesOf(registry, name)).map(({ value }) => value);

describe('the lag', () => {
  const lag = () => shown('patron_graph_feed_lag_seconds');

  test('has no value where another process follows the feed', async () => {
    const { feedLagged } = measureFeed(registry, monotonic);
    expect(await lag()).toEqual([]);
    feedLagged(0);
    expect(await lag()).toEqual([0]);
    feedLagged(null);
    expect(await lag()).toEqual([]);
  });

  test('grows while the feed can’t be read', async () => {
    const { feedLagged } = measureFeed(registry, monotonic);
    feedLagged(4_000);
    monotonicMs = 60;
    expect(await lag()).toEqual([4.06]);
  });
});

test('the pages are counted from 0 on, also in a process that has read none', async () => {
  const { feedPageCompared } = measureFeed(registry, monotonic);
  const pages = () => shown('patron_graph_feed_pages_total');
  expect(await pages()).toEqual([0]);
  feedPageCompared();
  expect(await pages()).toEqual([1]);
});

test('circulation’s clock is shown for ten minutes after a measure', async () => {
  const { circulationClockMeasured } = measureFeed(registry, monotonic);
  const ahead = () => shown('patron_graph_circulation_clock_ahead_seconds');
  expect(await ahead()).toEqual([]);
  circulationClockMeasured(-59_600);
  monotonicMs = 600_000;
  expect(await ahead()).toEqual([-59.6]);
  monotonicMs = 600_001;
  expect(await ahead()).toEqual([]);
  circulationClockMeasured(0);
  expect(await ahead()).toEqual([0]);
  circulationClockMeasured(null);
  expect(await ahead(), 'another process follows the feed').toEqual([]);
});

test('places are not called closed by a process that can no longer ask', async () => {
  const { booksFollowed } = measureJournal(registry, monotonic);
  booksFollowed({ isRestored: true, isStarted: false, isOpened: false } as FollowedBooks);
  const closed = () => shown('patron_graph_places_closed');
  monotonicMs = 60_000;
  expect(await closed()).toEqual([1]);
  monotonicMs = 60_001;
  expect(await closed()).toEqual([]);
});
