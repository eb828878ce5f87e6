import { describe, expect, test } from 'vitest';
import type { IdentityDocument, PatronRegistry } from '../../../../adapters/patrons/port.ts';
import { createPatronRegistry } from '../../../../adapters/patrons/soap.ts';
import type { UpstreamReason } from '../../../../adapters/soap/port.ts';
import { type FaultKind, parseSeed, readSeed, startSimulators } from '../../../../simulators/index.ts';
import { anySignal, expectUpstream } from '../../../contract/port-under-test.ts';
import { anyPatron } from '../../../support/ports.ts';
import { envelope11, reply, startRawServer } from '../soap/raw-server.ts';

const number = (index: number): string => `P${String(index).padStart(7, '0')}`;
const limits = { deadlineMs: 1_000, retryDelayMs: 5 };

/** A seed with `count` patrons who have the same name. */
function crowd(count: number) {
  const seed = readSeed();
  const [patron] = seed.patrons;
  const patrons = Array.from({ length: count }, (_, index) => ({
    ...patron,
    patronNo: number(index + 1),
    hkid: null,
  }));
  return parseSeed({ ...seed, patrons });
}

describe('the number of calls is minimal', () => {
  test.each([
    [0, 0],
    [1, 1],
    [50, 1],
    [51, 2],
    [237, 5],
  ])('%i numbers take %i calls of GetPatrons', async (count, calls) => {
    await using simulators = await startSimulators({ systems: ['prs'] });
    await using registry = createPatronRegistry({ url: simulators.prs.url, limits });
    const numbers = Array.from({ length: count }, (_, index) => number(index));
    await registry.findMany([...numbers, ...numbers, 'x'], anySignal());
    expect(simulators.prs.calls.get('GetPatrons') ?? 0).toBe(calls);
  });

  test.each([
    ['a short page', 99, null, 1, true],
    ['a short later page', 50, number(1), 1, true],
    ['a full first page', 100, null, 1, true],
    ['a full later page', 100, number(1), 2, true],
    ['a full last page', 100, number(130), 2, false],
    ['a page that is not full', 100, number(131), 1, false],
  ])('%s', async (_what, first, after, calls, hasNextPage) => {
    await using simulators = await startSimulators({ systems: ['prs'], seed: crowd(230) });
    await using registry = createPatronRegistry({ url: simulators.prs.url, limits });
    const page = await registry.search(anyPatron, { first, after }, anySignal());
    expect([page.totalCount, page.hasNextPage]).toEqual([230, hasNextPage]);
    expect(simulators.prs.calls.get('SearchPatrons')).toBe(calls);
  });

  test('exactly a hundred patrons are one page in one call', async () => {
    await using simulators = await startSimulators({ systems: ['prs'], seed: crowd(100) });
    await using registry = createPatronRegistry({ url: simulators.prs.url, limits });
    const page = await registry.search(anyPatron, { first: 100, after: null }, anySignal());
    expect([page.patrons.length, page.hasNextPage]).toEqual([100, false]);
    expect(simulators.prs.calls.get('SearchPatrons')).toBe(1);
  });
});

test.each<[FaultKind, UpstreamReason]>([
  ['busy', 'busy'],
  ['internal', 'rejected'],
  ['html-page', 'invalid-response'],
  ['empty-body', 'invalid-response'],
  ['cut-off', 'invalid-response'],
])('PRS in trouble: %s is %s', async (kind, reason) => {
  await using simulators = await startSimulators({ systems: ['prs'] });
  await using registry = createPatronRegistry({ url: simulators.prs.url, limits });
  simulators.prs.faults.set([{ kind }]);
  await expectUpstream(registry.ping(anySignal()), reason, ['PRS-', 'HOUSEKEEPING']);
});

const record = (parts: { readonly no?: string; readonly dob?: string; readonly extra?: string }): string =>
  `<PATRON><PATRON_NO>${parts.no ?? number(1)}</PATRON_NO><DETAILS><ENG_NAME>CHAN</ENG_NAME>${parts.extra ?? ''}` +
  `<DOB>${parts.dob ?? '19700203'}</DOB><ADDR_PROOF>Y</ADDR_PROOF></DETAILS><STATUS>A</STATUS>` +
  '<REG_DATE>20100401</REG_DATE><LAST_UPD>20250101090000</LAST_UPD></PATRON>';
const message = (name: string, content: string): string =>
  envelope11(`<p:${name}Response xmlns:p="urn:library:prs:2004">${content}</p:${name}Response>`);

/** Runs `use` with a registry whose system always gives the same answer. */
async function answering<T>(xml: string, use: (registry: PatronRegistry) => Promise<T>): Promise<T> {
  await using server = await startRawServer((response) => reply(response, xml));
  await using registry = createPatronRegistry({ url: server.url, limits });
  return await use(registry);
}

describe('an answer is an invalid response to', () => {
  test.each([
    ['a patron that was not requested', record({ no: number(2) })],
    ['the same patron twice', record({}) + record({})],
  ])('GetPatrons with %s', async (_what, content) => {
    await answering(message('GetPatrons', content), (registry) =>
      expectUpstream(registry.findMany([number(1)], anySignal()), 'invalid-response', ['P0000']),
    );
  });

  test.each([
    ['out of order', record({ no: number(5) }) + record({ no: number(4) })],
    ['from before the page', record({ no: number(2) })],
    ['too many', [4, 5, 6, 7].map((index) => record({ no: number(index) })).join('')],
  ])('SearchPatrons with rows %s', async (_what, content) => {
    await answering(message('SearchPatrons', `<TOTAL>9</TOTAL>${content}`), (registry) =>
      expectUpstream(
        registry.search(anyPatron, { first: 2, after: number(3) }, anySignal()),
        'invalid-response',
        ['P0000'],
      ),
    );
  });
});

test.each(['19450000', '19700230', '00000000'])('a date of birth %s is no whole date: null', async (dob) => {
  const [patron] = await answering(message('GetPatrons', record({ dob })), (registry) =>
    registry.findMany([number(1)], anySignal()),
  );
  expect(patron).toMatchObject({ number: number(1), dateOfBirth: null, registeredOn: '2010-04-01' });
});

test('one record without a whole date does not spoil the page that it is on', async () => {
  const rows = `${record({ no: number(4), dob: '19450000' })}${record({ no: number(5) })}`;
  const found = await answering(message('SearchPatrons', `<TOTAL>2</TOTAL>${rows}`), (registry) =>
    registry.search(anyPatron, { first: 5, after: number(3) }, anySignal()),
  );
  expect(found.patrons.map(({ dateOfBirth }) => dateOfBirth)).toEqual([null, '1970-02-03']);
});

test('what is read of a record does not have its stamp, and differs from the version of another', async () => {
  const rows = `${record({ no: number(4) })}${record({ no: number(5) })}`;
  const { patrons } = await answering(message('SearchPatrons', `<TOTAL>2</TOTAL>${rows}`), (registry) =>
    registry.search(anyPatron, { first: 5, after: number(3) }, anySignal()),
  );
  expect(JSON.stringify(patrons)).not.toMatch(/2025-?01-?01/);
  expect(new Set(patrons.map(({ version }) => version)).size).toBe(2);
});

const identityCard = { kind: 'HKID', number: 'A123456(3)' } as const;
const certificate = { kind: 'BIRTH_CERTIFICATE', number: 'S1' } as const;

test.each<[string, readonly IdentityDocument[]]>([
  ['<HKID></HKID>', []],
  ['<HKID/><BIRTH_CERT_NO>S1</BIRTH_CERT_NO>', [certificate]],
  ['<HKID>A123456(3)</HKID><BIRTH_CERT_NO/>', [identityCard]],
  ['<HKID>A123456(3)</HKID><BIRTH_CERT_NO>S1</BIRTH_CERT_NO>', [identityCard, certificate]],
])('of %s the documents are %j', async (extra, documents) => {
  const [patron] = await answering(message('GetPatrons', record({ extra })), (registry) =>
    registry.findMany([number(1)], anySignal()),
  );
  expect(patron?.identityDocuments).toEqual(documents);
});
