import { describe, expect, test, vi } from 'vitest';
import { type BatchRead, rowByKey, rowsByKey } from '../../../../../adapters/soap/policy/batch.ts';

interface Row {
  readonly key: string;
  readonly value: number;
}
const signal = new AbortController().signal;
const batchRead = (
  fetch: BatchRead<Row>['fetch'],
  overrides: Partial<BatchRead<Row>> = {},
): BatchRead<Row> => ({
  size: 3,
  concurrency: 2,
  isKey: (key) => key !== 'bad',
  fetch,
  keyOf: ({ key }) => key,
  unexpectedRow: () => new Error('unexpected row'),
  ...overrides,
});
const echo = vi.fn(async (keys: readonly string[]) => keys.map((key) => ({ key, value: 1 })).reverse());

describe('keys are asked for', () => {
  test('once each, without those of another form, in as few calls as possible', async () => {
    const rows = await rowsByKey(['a', 'b', 'bad', 'a', 'c', 'd'], batchRead(echo), signal);
    expect(echo.mock.calls.map(([keys]) => keys)).toEqual([['a', 'b', 'c'], ['d']]);
    expect(rows.map((rowsOfKey) => rowsOfKey.map(({ key }) => key))).toEqual([
      ['a'],
      ['b'],
      [],
      ['a'],
      ['c'],
      ['d'],
    ]);
  });

  test('in 3 calls for 121 numbers, two of them the same, of which a call takes 50', async () => {
    const numbers = Array.from({ length: 120 }, (_, index) => `P${String(index).padStart(7, '0')}`);
    const fetch = vi.fn(async (keys: readonly string[]) => keys.map((key) => ({ key, value: 1 })));
    const rows = await rowsByKey([...numbers, 'P0000000'], batchRead(fetch, { size: 50 }), signal);
    expect(fetch.mock.calls.map(([keys]) => keys.length)).toEqual([50, 50, 20]);
    expect(rows.map(([row]) => row?.key)).toEqual([...numbers, 'P0000000']);
  });

  test('with no call where no key is left', async () => {
    const fetch = vi.fn();
    expect(await rowsByKey(['bad'], batchRead(fetch), signal)).toEqual([[]]);
    expect(await rowByKey(['bad'], batchRead(fetch), signal)).toEqual([null]);
    expect(fetch).not.toHaveBeenCalled();
  });

  test('concurrently, but with a limit, so that a long list does not fill the queue', async () => {
    let open = 0;
    let maxOpen = 0;
    const fetch = async (keys: readonly string[]) => {
      open += 1;
      maxOpen = Math.max(maxOpen, open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
      return keys.map((key) => ({ key, value: 1 }));
    };
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    expect((await rowsByKey(keys, batchRead(fetch), signal)).map(([row]) => row?.key)).toEqual(keys);
    expect(maxOpen).toBe(2);
  });

  test('and the first call that fails aborts the others', async () => {
    const aborted = vi.fn();
    const fetch: BatchRead<Row>['fetch'] = async ([key], batchSignal) => {
      if (key === 'a') {
        throw new Error('down');
      }
      return new Promise((_resolve, reject) => {
        batchSignal.addEventListener('abort', () => {
          aborted();
          reject(new Error('ended'));
        });
      });
    };
    await expect(rowsByKey(['a', 'b', 'c', 'd', 'e', 'f', 'g'], batchRead(fetch), signal)).rejects.toThrow(
      'down',
    );
    expect(aborted).toHaveBeenCalledTimes(1);
  });
});

describe('a row is an error', () => {
  test('whose key was not asked for', async () => {
    const fetch = async () => [{ key: 'x', value: 1 }];
    await expect(rowsByKey(['a'], batchRead(fetch), signal)).rejects.toThrow('unexpected row');
  });

  test('that is the second of a key which has one row', async () => {
    const fetch = async () => [
      { key: 'a', value: 1 },
      { key: 'a', value: 2 },
    ];
    await expect(rowByKey(['a'], batchRead(fetch), signal)).rejects.toThrow('unexpected row');
    expect((await rowsByKey(['a'], batchRead(fetch), signal))[0]).toHaveLength(2);
  });
});
