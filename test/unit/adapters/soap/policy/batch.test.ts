import { describe, expect, test, vi } from 'vitest';
import { type BatchRead, rowByKey, rowsByKey } from '../../../../../adapters/soap/policy/batch.ts';

interface Row {
  readonly key: string;
  readonly value: number;
}
const signal = new AbortController().signal;
const batching = (fetch: BatchRead<Row>['fetch'], given: Partial<BatchRead<Row>> = {}): BatchRead<Row> => ({
  size: 3,
  concurrency: 2,
  isKey: (key) => key !== 'bad',
  fetch,
  keyOf: ({ key }) => key,
  unexpectedRow: () => new Error('stranger'),
  ...given,
});
const echo = vi.fn(async (keys: readonly string[]) => keys.map((key) => ({ key, value: 1 })).reverse());

describe('keys are asked for', () => {
  test('each once, without those that are none, in as few calls as fit', async () => {
    const rows = await rowsByKey(['a', 'b', 'bad', 'a', 'c', 'd'], batching(echo), signal);
    expect(echo.mock.calls.map(([keys]) => keys)).toEqual([['a', 'b', 'c'], ['d']]);
    expect([...rows.keys()]).toEqual(['a', 'b', 'c', 'd']);
  });

  test('not at all where none is left', async () => {
    const fetch = vi.fn();
    expect((await rowsByKey(['bad'], batching(fetch), signal)).size).toBe(0);
    expect(fetch).not.toHaveBeenCalled();
  });

  test('side by side, but not too many calls at once, so that a long list fills no queue', async () => {
    let open = 0;
    let most = 0;
    const fetch = async (keys: readonly string[]) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
      return keys.map((key) => ({ key, value: 1 }));
    };
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    expect((await rowsByKey(keys, batching(fetch), signal)).size).toBe(20);
    expect(most).toBe(2);
  });

  test('and the first call that fails ends the others', async () => {
    const aborted = vi.fn();
    const fetch: BatchRead<Row>['fetch'] = async ([key], joined) => {
      if (key === 'a') {
        throw new Error('down');
      }
      return new Promise((_resolve, reject) => {
        joined.addEventListener('abort', () => {
          aborted();
          reject(new Error('ended'));
        });
      });
    };
    await expect(rowsByKey(['a', 'b', 'c', 'd', 'e', 'f', 'g'], batching(fetch), signal)).rejects.toThrow(
      'down',
    );
    expect(aborted).toHaveBeenCalledTimes(1);
  });
});

describe('a row is refused', () => {
  test('that nobody asked for', async () => {
    const fetch = async () => [{ key: 'x', value: 1 }];
    await expect(rowsByKey(['a'], batching(fetch), signal)).rejects.toThrow('stranger');
  });

  test('that comes twice where there can be one', async () => {
    const fetch = async () => [
      { key: 'a', value: 1 },
      { key: 'a', value: 2 },
    ];
    await expect(rowByKey(['a'], batching(fetch), signal)).rejects.toThrow('stranger');
    expect((await rowsByKey(['a'], batching(fetch), signal)).get('a')).toHaveLength(2);
  });
});
