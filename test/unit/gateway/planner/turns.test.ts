import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from '../../../../gateway/planner/turns.ts';

/** Tasks that go on until they are ended by their number, and those that have begun. */
function tasks() {
  const begun: number[] = [];
  const ends: PromiseWithResolvers<number>[] = [];
  const task = (n: number) => () => {
    begun.push(n);
    ends[n] = Promise.withResolvers<number>();
    return ends[n].promise;
  };
  return { begun, task, end: (n: number) => ends[n]?.resolve(n), fail: (n: number) => ends[n]?.reject(n) };
}

test('so many are under way at once, in their order, and one that fails makes room as well', async () => {
  const { begun, task, end, fail } = tasks();
  const turns = new Turns(2, { most: 10, ms: 60_000 });
  const all = [0, 1, 2, 3, 4].map((n) => turns.take(task(n)));
  await sleep(0);
  expect(begun).toEqual([0, 1]);
  fail(1);
  await expect(all[1]).rejects.toBe(1);
  await sleep(0);
  expect(begun).toEqual([0, 1, 2]);
  end(0);
  end(2);
  await sleep(0);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  end(3);
  end(4);
  expect(await Promise.all([all[0], ...all.slice(2)])).toEqual([0, 2, 3, 4]);
});

test('one more than may wait is refused at once, and later there is room again', async () => {
  const { begun, task, end } = tasks();
  const turns = new Turns(1, { most: 1, ms: 60_000 });
  const first = turns.take(task(0));
  const second = turns.take(task(1));
  await expect(turns.take(task(2))).rejects.toMatchObject({ code: 'busy' });
  end(0);
  await first;
  const third = turns.take(task(3));
  end(1);
  await second;
  await sleep(0);
  end(3);
  expect(await third).toBe(3);
  expect(begun).toEqual([0, 1, 3]);
});

test('a turn that comes too late is none, and goes to the next', async () => {
  const { begun, task, end } = tasks();
  const turns = new Turns(1, { most: 10, ms: 200 });
  const first = turns.take(task(0));
  const late = turns.take(task(1));
  await sleep(250);
  const inTime = turns.take(task(2));
  end(0);
  await first;
  await expect(late).rejects.toMatchObject({ code: 'busy' });
  await sleep(0);
  end(2);
  expect(await inTime).toBe(2);
  expect(begun).toEqual([0, 2]);
});
