/** Attacks on stations: guessed codes, requests from another page, and a stolen cookie of a station. */
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CheckInDocument,
  LibraryCardDocument,
  LoansByPinDocument,
} from '../../../apps/station/src/operations.generated.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { rootField } from '../../system/running-system.ts';
import { type StationUnderTest, startStations } from './running-station.ts';

const libraryCard = print(LibraryCardDocument);
const loansByPin = print(LoansByPinDocument);

const sameOrigin = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
const wai = '21852000000066';

let under: StationUnderTest;
beforeAll(async () => {
  under = await startStations();
}, 180_000);
afterAll(() => under[Symbol.asyncDispose]());

const newBrowser = () => new PlainBrowser(under.system.url);

const enrol = (browser: PlainBrowser, code: string, headers: Record<string, string> = sameOrigin) =>
  browser.open('/station/enrol', { method: 'POST', headers, body: JSON.stringify({ code }) });

interface EnrolledBrowser {
  readonly browser: PlainBrowser;
  readonly csrfToken: string;
}

async function enrolled(): Promise<EnrolledBrowser> {
  const browser = newBrowser();
  expect((await enrol(browser, await under.staff.code())).status).toBe(200);
  const { text } = await browser.open('/station/session');
  return { browser, ...(JSON.parse(text) as { csrfToken: string }) };
}

const ask = (
  { browser, csrfToken }: EnrolledBrowser,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
) =>
  browser.open('/station/graphql', {
    method: 'POST',
    headers: { ...sameOrigin, 'x-csrf-token': csrfToken, ...headers },
    body: JSON.stringify({ query, variables }),
  });

const codesOf = (text: string) =>
  (JSON.parse(text) as { errors?: { extensions: { code: string } }[] }).errors?.map(
    ({ extensions }) => extensions.code,
  );

describe('with a station’s cookie', () => {
  test('the operations of the page are answered in the name of that station', async () => {
    for (const id of await under.staff.stations()) {
      await under.staff.revoke(id);
    }
    const station = await enrolled();
    const answer = await ask(station, libraryCard, { number: wai });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      data: { credential: { patron: { name: { given: 'Wai' } } } },
    });
    const input = { reference: 'an attack', itemNumber: '31852000000015' };
    await ask(station, print(CheckInDocument), { input });
    const [id = ''] = await under.staff.stations();
    // An operation is found only by the caller that sent it.
    const found = async (client: string) => {
      const claims = { subject: client, clientId: client, scope: 'station' };
      const { body } = await under.system.ask('{ operation(reference: "an attack") { kind } }', {
        token: await under.system.token(claims),
      });
      return rootField(body, 'operation');
    };
    expect(await found(`station-${id}`)).toEqual({ kind: 'CHECK_IN' });
    expect(await found('station-another')).toBeNull();
  });

  test.each([
    '{ patron(id: "P0000001") { name { given } status } }',
    '{ __schema { types { name } } }',
    `mutation { renewAllLoans(input: { reference: "x", reader: { patronId: "P0000001" } }) { operation { state } } }`,
    `${libraryCard} `,
    libraryCard.replace('status', 'status closedOn'),
    '',
  ])('%j is refused, because it is not an operation of the page', async (query) => {
    const { status, text } = await ask(await enrolled(), query, { number: wai });
    expect([status, codesOf(text)]).toEqual([400, ['QUERY_NOT_IN_SAFELIST']]);
  });

  test('any other form of request is refused: a hash, a batch, a form', async () => {
    const { browser, csrfToken } = await enrolled();
    const query = libraryCard;
    const send = (body: unknown, type = 'application/json') =>
      browser.open('/station/graphql', {
        method: 'POST',
        headers: { ...sameOrigin, 'content-type': type, 'x-csrf-token': csrfToken },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    for (const body of [
      { query, extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
      { documentId: 'a' },
      [{ query, variables: { number: wai } }],
      { query, variables: [] },
      'no JSON',
    ]) {
      expect((await send(body)).status, JSON.stringify(body)).toBe(400);
    }
    expect((await send(`query=${query}`, 'application/x-www-form-urlencoded')).status).toBe(415);
    expect((await browser.open(`/station/graphql?query=${encodeURIComponent(query)}`)).text).not.toContain(
      'Wai',
    );
  });

  test('another site’s page, or one without the page’s token, is refused', async () => {
    const station = await enrolled();
    const query = libraryCard;
    for (const headers of [
      { 'x-csrf-token': '' },
      { 'x-csrf-token': `${station.csrfToken}x` },
      { 'x-csrf-token': (await enrolled()).csrfToken },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const { status } = await ask(station, query, { number: wai }, headers);
      expect(status, JSON.stringify(headers)).toBe(403);
    }
  });

  test('a revoked station is refused at its next request', async () => {
    const station = await enrolled();
    for (const id of await under.staff.stations()) {
      await under.staff.revoke(id);
    }
    const query = libraryCard;
    expect(await ask(station, query, { number: wai })).toMatchObject({ status: 401 });
    expect(JSON.parse((await station.browser.open('/station/session')).text)).toEqual({ enrolled: false });
  });

  test('wrong PINs at one station lock the number for that station only', async () => {
    const [station, other] = [await enrolled(), await enrolled()];
    const query = loansByPin;
    const reader = (pin: string) => ({ reader: { libraryCardNumber: '21852000000082', pin } });
    for (let tries = 0; tries < 4; tries += 1) {
      await ask(station, query, reader('9999'));
    }
    expect(codesOf((await ask(station, query, reader('1234'))).text)).toEqual(['PIN_LOCKED']);
    expect(codesOf((await ask(other, query, reader('1234'))).text)).toBeUndefined();
  });
});

describe('an enrolment code', () => {
  test('is used once, and not from another site', async () => {
    const code = await under.staff.code();
    const foreign = { ...sameOrigin, 'sec-fetch-site': 'cross-site' };
    expect((await enrol(newBrowser(), code, foreign)).status).toBe(403);
    expect((await enrol(newBrowser(), code)).status).toBe(200);
    const again = await enrol(newBrowser(), code);
    expect([again.status, codesOf(again.text)]).toEqual([403, ['WRONG_CODE']]);
  });

  test('a machine that is enrolled again gives up its earlier enrolment', async () => {
    const { browser } = await enrolled();
    const before = await under.staff.stations();
    await enrol(browser, await under.staff.code());
    expect(await under.staff.stations()).toHaveLength(before.length);
  });

  test('nobody gets a code without the right to lend, a session and the page’s token', async () => {
    const path = '/staff/station-enrolments';
    const body = JSON.stringify({ name: 'Gate', branch: 'HKCL' });
    const post = (browser: PlainBrowser, headers: Record<string, string>) =>
      browser.open(path, { method: 'POST', headers: { ...sameOrigin, ...headers }, body });
    expect((await post(newBrowser(), {})).status).toBe(401);
    expect((await newBrowser().open(path)).status).toBe(401);
    expect(
      (await under.staff.ask(path, { method: 'POST', body, headers: { 'x-csrf-token': 'x' } })).status,
    ).toBe(403);
    const crossSite = { 'sec-fetch-site': 'cross-site' };
    expect((await under.staff.ask(path, { method: 'POST', body, headers: crossSite })).status).toBe(403);
    expect((await under.staff.ask(`${path}/nothing`, { method: 'DELETE' })).status).toBe(404);
    const { browser } = await enrolled();
    expect((await post(browser, {})).status).toBe(401);
  });

  test.each(['', '\n', 'x'.repeat(61), 'a\u0000b'])('a station can’t be named %j', async (name) => {
    const body = JSON.stringify({ name, branch: 'HKCL' });
    const { status } = await under.staff.ask('/staff/station-enrolments', { method: 'POST', body });
    expect(status).toBe(400);
  });

  // This test must be the last one, because afterwards the address is refused.
  test('after ten wrong guesses an address is refused, even with a right code', async () => {
    const statuses: number[] = [];
    for (let tries = 0; tries < 12; tries += 1) {
      statuses.push((await enrol(newBrowser(), `0000000${tries % 10}`)).status);
    }
    expect(statuses.slice(-2)).toEqual([429, 429]);
    const right = await enrol(newBrowser(), await under.staff.code());
    expect([right.status, codesOf(right.text)]).toEqual([429, ['TOO_MANY_REQUESTS']]);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(500);
  });
});
