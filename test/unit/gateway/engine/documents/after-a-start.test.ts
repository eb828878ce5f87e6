import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { anonymous, type Caller } from '../../../../../gateway/access/caller.ts';
import { classOfFields } from '../../../../../gateway/access/operation-class.ts';
import { createBudgets, createRateLimiter } from '../../../../../gateway/access/rates/rate-limiter.ts';
import { forAllAudiences } from '../../../../../gateway/audiences.ts';
import { createHost } from '../../../../../gateway/engine/host.ts';
import { OperationReport } from '../../../../../gateway/engine/operation-report.ts';
import type { SubgraphRequest } from '../../../../../gateway/executor/index.ts';
import { defaultLimits } from '../../../../../gateway/limits.ts';
import { defaultRates } from '../../../../../gateway/rates.ts';

const supergraphSdl = readFileSync(
  new URL('../../../../../schema/supergraph.graphql', import.meta.url),
  'utf8',
);
const stations: Caller = {
  ...anonymous,
  authenticated: true,
  issuer: 'library',
  subject: 'stations',
  clientId: 'stations',
  scopes: new Set(['station']),
};
const checkOut = `mutation ($input: CheckOutInput!) { checkOut(input: $input) { operation { state } } }`;
const input = { reference: 'r', itemNumber: '1', credential: { libraryCardNumber: '1' } };

test('three hundred check-outs of one client with a document that nobody has read yet: it is read and planned once', async () => {
  const limiter = createRateLimiter(
    createBudgets({ ...defaultRates, clientChanges: { unitsPerSecond: 1, burst: 1_000_000 } }),
    50_000,
  );
  let planned = 0;
  await using host = await createHost({
    supergraphSdl,
    audienceSchemas: null,
    transports: new Map([
      [
        'circulation',
        async ({ operation }: SubgraphRequest) => {
          const [, key = 'checkOut'] = /(\w+): ?checkOut/.exec(operation) ?? [];
          return { data: { [key]: null } };
        },
      ],
    ]),
    limits: defaultLimits,
    publicTag: null,
    classOfFields,
    introspection: forAllAudiences(true),
    observer: {
      planned() {
        planned += 1;
      },
    },
    log: pino({ level: 'silent' }),
  });
  const reports = Array.from({ length: 300 }, () => new OperationReport());
  const answers = await Promise.all(
    reports.map((operation) =>
      host.answer({
        parameters: { query: checkOut, variables: { input } },
        method: 'POST',
        caller: stations,
        signal: new AbortController().signal,
        allowance: limiter.of({ identity: stations, address: '192.0.2.1' }),
        operation,
      }),
    ),
  );
  expect(answers.filter(({ errors }) => errors !== undefined)).toEqual([]);
  expect(planned).toBe(1);
  expect(reports.filter(({ parsingMs }) => parsingMs !== null)).toHaveLength(1);
});
