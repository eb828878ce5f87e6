import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import { OperationReport } from '../../../../gateway/engine/operation-report.ts';
import { type CallClass, callClasses } from '../../../../platform/priority/call-classes.ts';
import { compose } from '../../../federation/support/subgraphs.ts';

const sdl = `type Query { ${callClasses.map((callClass) => `${callClass}: Int`).join(' ')} }`;

/**
 * An engine that runs eight operations at a time. Each root field has the name of its call class. The subgraph answers
 * only after `release`.
 */
function createWorld() {
  const released = Promise.withResolvers<{ data: object }>();
  const begun: CallClass[] = [];
  const refused: Partial<Record<CallClass, number>> = {};
  const refusedOfCaller: Partial<Record<CallClass, number>> = {};
  const engine = createEngine(compose({ one: { sdl } }), {
    limits: { maxConcurrentRequests: 8 },
    observer: {
      admissionRefused(stage, callClass) {
        const counts = stage === 'execution' ? refused : refusedOfCaller;
        if (callClass !== null) {
          counts[callClass] = (counts[callClass] ?? 0) + 1;
        }
      },
    },
    classOfFields: (coordinates) => {
      const named = [...coordinates].find((one) => one.startsWith('Query.'))?.slice('Query.'.length);
      return callClasses.find((callClass) => callClass === named) ?? 'background';
    },
  });
  const documents = new Map(callClasses.map((callClass) => [callClass, parse(`{ ${callClass} }`)] as const));
  const ask = async (callClass: CallClass, authenticated = true, caller: string | null = null) => {
    const document = documents.get(callClass) ?? parse('{ __typename }');
    const report = new OperationReport();
    const fetch = async () => {
      begun.push(report.callClass);
      await released.promise;
      return { data: { [callClass]: 1 } };
    };
    const { errors } = await engine.execute({
      document,
      caller: { authenticated },
      shared: null,
      allowance: caller === null ? null : { ...unlimited, caller },
      report,
      fetch,
    });
    return errors?.[0]?.extensions?.code ?? 'answered';
  };
  return { ask, begun, refused, refusedOfCaller, release: () => released.resolve({ data: {} }) };
}

const unlimited = { wait: () => 0, admit: () => 0, charge: () => undefined };

test('each class has its share of the concurrent operations, and what exceeds it is refused at once', async () => {
  const { ask, begun, refused, release } = createWorld();
  const asked = [];
  for (const callClass of [...callClasses].reverse()) {
    for (let count = 0; count < 20; count++) {
      asked.push(ask(callClass));
    }
  }
  await expect.poll(() => begun.length).toBe(8);
  // The most urgent of the admitted operations are planned first.
  expect(begun).toEqual([
    'live',
    'lending',
    'lending',
    'reader',
    'reader',
    'staff',
    'anonymous',
    'background',
  ]);
  release();
  const outcomes = await Promise.all(asked);
  expect(outcomes.filter((one) => one === 'answered')).toHaveLength(8);
  expect(outcomes.filter((one) => one === 'UNAVAILABLE')).toHaveLength(112);
  expect(refused).toEqual({ live: 19, background: 19, anonymous: 19, staff: 19, reader: 18, lending: 18 });
  expect(await ask('anonymous')).toBe('answered');
});

test('without a token every operation is anonymous', async () => {
  const { ask, begun, release } = createWorld();
  const asked = Array.from({ length: 20 }, () => ask('lending', false));
  await expect.poll(() => begun.length).toBe(3);
  const lending = ask('lending');
  await expect.poll(() => begun.length).toBe(4);
  expect(begun).toEqual(['anonymous', 'anonymous', 'anonymous', 'lending']);
  release();
  expect(await lending).toBe('answered');
  expect((await Promise.all(asked)).filter((one) => one === 'UNAVAILABLE')).toHaveLength(17);
});

test('one caller gets a part of the share of a class, and is told that the excess is its own', async () => {
  const { ask, begun, refused, refusedOfCaller, release } = createWorld();
  const flood = Array.from({ length: 20 }, () => ask('reader', true, 'A'));
  await expect.poll(() => begun.length).toBe(3);
  const others = [ask('reader', true, 'B'), ask('reader', true, 'C'), ask('lending', true, 'A')];
  await expect.poll(() => begun.length).toBe(6);
  expect(await ask('reader', true, 'B')).toBe('RATE_LIMITED');
  others.push(ask('reader', true, 'D'));
  await expect.poll(() => begun.length).toBe(7);
  expect(await ask('reader', true, 'E')).toBe('UNAVAILABLE');
  release();
  expect(await Promise.all(others)).toEqual(others.map(() => 'answered'));
  const outcomes = await Promise.all(flood);
  expect(outcomes.filter((one) => one === 'RATE_LIMITED')).toHaveLength(17);
  expect([refused, refusedOfCaller]).toEqual([{ reader: 1 }, { reader: 18 }]);
});
