import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { anonymous, type Caller } from '../../../../gateway/access/caller.ts';
import { classOfFields } from '../../../../gateway/access/operation-class.ts';
import { forAllAudiences } from '../../../../gateway/audiences.ts';
import { createHost } from '../../../../gateway/engine/host.ts';
import { OperationReport } from '../../../../gateway/engine/operation-report.ts';
import { SharedAnswers } from '../../../../gateway/engine/shared-answers.ts';
import type { SubgraphRequest } from '../../../../gateway/executor/index.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';

const supergraphSdl = readFileSync(new URL('../../../../schema/supergraph.graphql', import.meta.url), 'utf8');

/** A gateway whose *circulation* finds one copy. The copy's title has the number of requests so far. */
async function createWorld(sharedAnswersMs = 60_000) {
  const asked: { readonly request: SubgraphRequest; readonly caller: Caller }[] = [];
  let release = Promise.resolve();
  const answerTo = (request: SubgraphRequest) => {
    const key = /(\w+): ?(?:items|me|item)\b/.exec(request.operation)?.[1] ?? 'items';
    const copy = { itemNumber: '1', title: `answer ${asked.length}` };
    return { data: { [key]: /\bitems\b/.test(request.operation) ? [copy] : copy } };
  };
  const host = await createHost({
    supergraphSdl,
    audienceSchemas: null,
    transports: new Map(
      ['circulation', 'credentials', 'patrons'].map((name) => [
        name,
        async (request: SubgraphRequest, caller: Caller) => {
          asked.push({ request, caller });
          const answer = answerTo(request);
          await release;
          return answer;
        },
      ]),
    ),
    limits: defaultLimits,
    publicTag: 'catalogue',
    sharedAnswersMs,
    classOfFields,
    introspection: forAllAudiences(true),
    log: pino({ level: 'silent' }),
  });
  const ask = async (query: string, variables = {}, caller: Caller = anonymous) => {
    const operation = new OperationReport();
    const signal = new AbortController().signal;
    const result = await host.answer({
      parameters: { query, variables },
      method: 'POST',
      caller,
      signal,
      allowance: null,
      operation,
    });
    return { result, ageMs: operation.ageMs };
  };
  return {
    asked,
    ask,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      release = promise;
      return resolve;
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

const search = 'query ($title: String!) { items(title: $title) { title } }';
const reader: Caller = { ...anonymous, authenticated: true, subject: 'P0000001', patronId: 'P0000001' };

test('the same search is answered from memory for seconds, whoever asks, and says its age', async () => {
  await using world = await createWorld();
  const first = await world.ask(search, { title: 'red' });
  expect(first).toEqual({ result: { data: { items: [{ title: 'answer 1' }] } }, ageMs: null });
  const second = await world.ask(search, { title: 'red' }, reader);
  // Callers with a token and callers without one don't share a cache.
  expect(world.asked).toHaveLength(2);
  const third = await world.ask(search, { title: 'red' });
  expect(third.result).toEqual(first.result);
  expect(third.ageMs).toBeGreaterThanOrEqual(0);
  expect((await world.ask(search, { title: 'red' }, reader)).result).toEqual(second.result);
  expect((await world.ask(search, { title: 'blue' })).ageMs).toBeNull();
});

test('searches at the same time are one, asked for nobody in particular; it goes on when the first leaves', async () => {
  await using world = await createWorld();
  await world.ask(search, { title: 'plan' });
  const release = world.hold();
  const all = Array.from({ length: 50 }, () => world.ask(search, { title: 'same' }));
  await expect.poll(() => world.asked.length).toBe(2);
  release();
  const answers = await Promise.all(all);
  expect(new Set(answers.map(({ result }) => JSON.stringify(result))).size).toBe(1);
  expect(world.asked).toHaveLength(2);
  expect(world.asked.every(({ caller }) => !caller.authenticated && caller.patronId === null)).toBe(true);
});

test.each([
  ['what is of a person', '{ me { id } }'],
  ['a copy that a reader or a station asks for', '{ item(itemNumber: "1") { title } }'],
  ['the schema', '{ __schema { queryType { name } } }'],
])('%s is answered for each by itself', async (_what, query) => {
  await using world = await createWorld();
  for (let times = 0; times < 3; times++) {
    expect((await world.ask(query, {}, reader)).ageMs).toBeNull();
  }
  expect(world.asked.filter(({ caller }) => !caller.authenticated)).toEqual([]);
});

test('with 0 nothing is kept', async () => {
  await using world = await createWorld(0);
  await world.ask(search, { title: 'red' });
  expect((await world.ask(search, { title: 'red' })).ageMs).toBeNull();
  expect(world.asked).toHaveLength(2);
});

test('an answer is kept for its time, and one with an error not at all', async () => {
  let now = 0;
  const answers = new SharedAnswers(2000, () => now);
  const good = { data: { items: [] } };
  await answers.join('good', async () => good);
  await answers.join('bad', async () => ({ data: { items: null }, errors: [{ message: 'away' }] }));
  await expect(answers.join('broken', () => Promise.reject(new Error('a defect')))).rejects.toThrow(
    'a defect',
  );
  now = 1999;
  expect(answers.find('good')).toEqual({ result: good, ageMs: 1999 });
  expect([answers.find('bad'), answers.find('broken')]).toEqual([undefined, undefined]);
  now = 2000;
  expect(answers.find('good')).toBeUndefined();
  expect(await answers.join('broken', async () => good)).toBe(good);
});

test('what is kept is bounded', async () => {
  const answers = new SharedAnswers(2000, () => 0);
  const large = (characters: number) => async () => ({ data: { text: 'x'.repeat(characters) } });
  for (let key = 0; key < 200; key++) {
    await answers.join(String(key), large(200_000));
  }
  await answers.join('too large', large(300_000));
  expect(answers.find('too large')).toBeUndefined();
  expect(answers.find('199')).toBeDefined();
  expect(answers.stats.weight).toBeLessThanOrEqual(answers.stats.maxWeight);
});
