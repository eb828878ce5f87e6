import { expect, test } from 'vitest';
import { EventQueue } from '../../../../gateway/engine/streams/event-queue.ts';

const bounds = { maxEvents: 3, maxBytes: 100 };
const lagged = (cursor: string | null) => `lagged after ${cursor}`;

function queueOf({ bytes = 1, onReturn = () => {} } = {}) {
  const queue = new EventQueue<string>(bounds, lagged, onReturn);
  const push = (event: string, size = bytes) => queue.push(event, { bytes: () => size, cursor: event });
  return { queue, push };
}

async function take(queue: EventQueue<string>, count: number): Promise<readonly (string | undefined)[]> {
  const taken: (string | undefined)[] = [];
  for (let at = 0; at < count; at++) {
    taken.push((await queue.next()).value);
  }
  return taken;
}

test('events wait for their reader, in order', async () => {
  const { queue, push } = queueOf();
  push('a');
  push('b');
  expect(await take(queue, 2)).toEqual(['a', 'b']);
  const waiting = queue.next();
  push('c');
  expect(await waiting).toEqual({ done: false, value: 'c' });
});

test('too many events are dropped together, and the reader learns after which', async () => {
  const { queue, push } = queueOf();
  push('a');
  expect(await take(queue, 1)).toEqual(['a']);
  for (const event of 'bcdef') {
    push(event);
  }
  queue.end('end');
  expect(await take(queue, 4)).toEqual(['lagged after a', 'e', 'f', 'end']);
  expect((await queue.next()).done).toBe(true);
});

test('a second gap takes the place of the first, if nobody has read its notice', async () => {
  const { queue, push } = queueOf();
  for (const event of 'abcdefghij') {
    push(event);
  }
  expect(await take(queue, 2)).toEqual(['lagged after null', 'j']);
});

test('bytes are a bound, too, but the last event may exceed it', async () => {
  const { queue, push } = queueOf();
  push('large', 1000);
  expect(await take(queue, 1)).toEqual(['large']);
  push('a', 60);
  push('b', 60);
  push('c', 60);
  expect(await take(queue, 2)).toEqual(['lagged after large', 'c']);
});

test('a source that waits for room loses no event, however large the next one is', async () => {
  const { queue, push } = queueOf();
  push('small', 49);
  expect(queue.room()).toBeNull();
  push('large', 1000);
  expect(queue.room()).not.toBeNull();
  expect(await take(queue, 2)).toEqual(['small', 'large']);
});

test('the size of an event is not asked for if somebody waits for it', async () => {
  const { queue } = queueOf();
  const waiting = queue.next();
  queue.push('a', {
    bytes: () => {
      throw new Error('measured');
    },
    cursor: null,
  });
  expect((await waiting).value).toBe('a');
});

test('a reader who returns gets nothing more, and the source is told', async () => {
  let returned = 0;
  const { queue, push } = queueOf({
    onReturn: () => {
      returned++;
    },
  });
  push('a');
  const taken: string[] = [];
  for await (const event of queue) {
    taken.push(event);
    break;
  }
  push('b');
  expect([taken, returned, (await queue.next()).done]).toEqual([['a'], 1, true]);
});

test('whoever waits for room makes nothing be dropped, and a reader that has gone keeps nobody waiting', async () => {
  const { queue, push } = queueOf();
  push('a');
  expect(queue.room()).toBeNull();
  push('b');
  const room = queue.room();
  expect(queue.room()).toBe(room);
  expect(await take(queue, 1)).toEqual(['a']);
  await room;
  expect(queue.room()).toBeNull();
  push('c');
  const never = queue.room();
  await queue.return();
  await never;
  expect(queue.room()).toBeNull();
});
