import { expect, test } from 'vitest';
import { InFlight } from '../../../../gateway/engine/in-flight.ts';
import { Overloaded, rateLimited } from '../../../../gateway/engine/request.ts';

test('if the first request is refused a place, one of the others that wait with it begins again', async () => {
  const work = new InFlight<string, string>();
  const begun: string[] = [];
  const ask = (caller: string, outcome: Promise<string>) =>
    work.join('search', () => {
      begun.push(caller);
      return outcome;
    });
  const first = Promise.withResolvers<string>();
  const refused = ask('A', first.promise);
  const others = [ask('B', Promise.resolve('found')), ask('C', Promise.resolve('not needed'))];
  first.reject(new Overloaded(rateLimited(1000)));
  await expect(refused).rejects.toBeInstanceOf(Overloaded);
  expect(await Promise.all(others)).toEqual(['found', 'found']);
  expect(begun).toEqual(['A', 'B']);
});

test('any other error is the same for all', async () => {
  const work = new InFlight<string, string>();
  const first = Promise.withResolvers<string>();
  const all = [work.join('search', () => first.promise), work.join('search', async () => 'not begun')];
  first.reject(new TypeError('a defect'));
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
