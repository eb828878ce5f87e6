import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PreparationQueue } from '../../../../../gateway/engine/documents/preparation-queue.ts';
import { Overloaded } from '../../../../../gateway/engine/request.ts';
import { type CallClass, callClasses } from '../../../../../platform/priority/call-classes.ts';

const codeOf = (thrown: unknown) =>
  thrown instanceof Overloaded ? thrown.result.errors?.[0]?.extensions?.code : thrown;

/** A queue that records the prepared documents in order, the waits and the refusals. */
function record() {
  const order: string[] = [];
  const waits: CallClass[] = [];
  const refused: string[] = [];
  const queue = new PreparationQueue({
    preparationWaited: (callClass) => waits.push(callClass),
    admissionRefused: (stage, callClass) => refused.push(`${stage} ${callClass}`),
  });
  const ask = (callClass: CallClass, caller: string | null = null, name: string = callClass) =>
    queue.prepare({ callClass, caller }, () => void order.push(name)).catch(codeOf);
  return { order, waits, refused, queue, ask };
}

test('one document is prepared at a turn of the event loop, the most urgent first', async () => {
  const { order, waits, ask } = record();
  const classes = callClasses.slice(0, callClasses.indexOf('background')).reverse();
  const all = classes.flatMap((callClass) => [ask(callClass), ask(callClass)]);
  const turns: number[] = [];
  while (order.length < all.length) {
    turns.push(order.length);
    await nextTurn();
  }
  expect(order).toEqual([
    'anonymous', // It came first, when the queue was empty.
    'lending',
    'lending',
    'reader',
    'reader',
    'staff',
    'staff',
    'anonymous',
  ]);
  expect(turns.every((done, index) => index === 0 || done - (turns[index - 1] ?? 0) <= 1)).toBe(true);
  expect(waits).toHaveLength(all.length - 1);
});

test('a check-out with a new document goes before 90 anonymous ones that wait already', async () => {
  const { order, ask } = record();
  const flood = Array.from({ length: 90 }, (_, index) => ask('anonymous', `address ${index}`));
  const checkOut = ask('lending', 'station');
  await checkOut;
  expect(order).toEqual(['anonymous', 'lending']);
  await Promise.all(flood);
});

test('one caller has 32 waiting at most, and is told so; others are not', async () => {
  const { order, refused, ask } = record();
  const flood = Array.from({ length: 60 }, () => ask('anonymous', 'A'));
  const other = ask('anonymous', 'B', 'of B');
  expect((await Promise.all(flood)).filter((code) => code === 'RATE_LIMITED')).toHaveLength(60 - 33);
  expect(refused).toEqual(new Array(60 - 33).fill('preparation_of_caller anonymous'));
  await other;
  expect(order).toHaveLength(34);
  expect(await ask('anonymous', 'A')).toBeUndefined();
});

test('where the share of a class is full, it alone is told so', async () => {
  const { ask, queue, refused } = record();
  const flood = Array.from({ length: 200 }, (_, index) => ask('anonymous', `address ${index}`));
  expect(queue.waiting()).toMatchObject({ anonymous: 96, reader: 0 });
  const reader = ask('reader', 'R');
  expect((await Promise.all(flood)).filter((code) => code === 'UNAVAILABLE')).toHaveLength(200 - 97);
  expect(refused).toEqual(new Array(200 - 97).fill('preparation anonymous'));
  expect(await reader).toBeUndefined();
});
