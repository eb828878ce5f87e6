import { expect, test } from 'vitest';
import { writeThrough } from '../../../../store/sqlite/write-through.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';

/** Syncs that the test ends. */
function syncs() {
  const begun: PromiseWithResolvers<void>[] = [];
  const sync = () => {
    const one = Promise.withResolvers<void>();
    begun.push(one);
    return one.promise;
  };
  return { begun, sync };
}

/** The state of each promise. It changes when a promise settles. */
function watch(all: readonly Promise<void>[]): readonly string[] {
  const told = all.map(() => 'waits');
  for (const [at, one] of all.entries()) {
    one.then(
      () => {
        told[at] = 'written';
      },
      (error: unknown) => {
        told[at] = String(error);
      },
    );
  }
  return told;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('callers during a sync wait for the next one, and share it', async () => {
  const { begun, sync } = syncs();
  const writing = writeThrough(sync);
  const told = watch([writing.wait(), writing.wait()]);
  await turn();
  expect(begun).toHaveLength(1);
  const later = watch([writing.wait(), writing.wait(), writing.wait()]);
  await turn();
  expect(begun).toHaveLength(1);
  begun[0]?.resolve();
  await turn();
  expect([...told, ...later]).toEqual(['written', 'written', 'waits', 'waits', 'waits']);
  expect(begun).toHaveLength(2);
  begun[1]?.resolve();
  await turn();
  expect(later).toEqual(['written', 'written', 'written']);
  expect(begun).toHaveLength(2);
});

test('what is written after a sync has begun is not covered by it, even at the same moment', async () => {
  let written = 0;
  let synced = 0;
  const writing = writeThrough(async () => {
    const covered = written;
    await turn();
    synced = covered;
  });
  const write = async () => {
    written += 1;
    const mine = written;
    await writing.wait();
    expect(synced).toBeGreaterThanOrEqual(mine);
  };
  for (let round = 0; round < 20; round += 1) {
    const all = [write(), write()];
    await Promise.resolve();
    all.push(write());
    await Promise.all(all);
  }
});

test('a failed sync is the last: it is reported to all who wait, and to later callers', async () => {
  const { begun, sync } = syncs();
  const writing = writeThrough(sync);
  const told = watch([writing.wait()]);
  await turn();
  const waiting = writing.wait();
  writing.check();
  begun[0]?.reject(new Error('EIO: i/o error, fdatasync'));
  const failed = new StoreUnavailable(
    'journal: what was written may not have reached the disk, and no more is written until this process is restarted: EIO: i/o error, fdatasync',
  );
  await expect(waiting).rejects.toThrow(failed);
  expect(told).toEqual([String(failed)]);
  for (let later = 0; later < 3; later += 1) {
    expect(() => writing.check()).toThrow(failed);
    await expect(writing.wait()).rejects.toThrow(failed);
  }
  expect(begun).toHaveLength(1);
  await writing[Symbol.asyncDispose]();
});

test('a failure is remembered even if nobody else waited', async () => {
  const writing = writeThrough(() => Promise.reject(new Error('EIO')));
  await expect(writing.wait()).rejects.toThrow('EIO');
  await expect(writing.wait()).rejects.toThrow('EIO');
});

test('is not closed before the last caller has its answer', async () => {
  const { begun, sync } = syncs();
  const writing = writeThrough(sync);
  const told = watch([writing.wait()]);
  await turn();
  const later = watch([writing.wait()]);
  const closed = watch([Promise.resolve(writing[Symbol.asyncDispose]())]);
  begun[0]?.resolve();
  await turn();
  expect([...told, ...later, ...closed]).toEqual(['written', 'waits', 'waits']);
  begun[1]?.resolve();
  await turn();
  expect([...later, ...closed]).toEqual(['written', 'written']);
});
