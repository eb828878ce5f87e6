/** The file with all that the library knows about a reader. */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { systemForTests } from '../system-for-tests.ts';

const system = systemForTests(undefined, {}, { hasPages: true, buildsIndex: true });

interface File {
  readonly isComplete: boolean;
  readonly missing: readonly { readonly section: string; readonly reason: string }[];
  readonly sections: readonly {
    readonly name: string;
    readonly entries: readonly Record<string, unknown>[];
  }[];
}

async function signIn(): Promise<PlainBrowser> {
  const browser = new PlainBrowser(system.url, {}, [system.signIn?.origin ?? '']);
  const page = await browser.open('/my/sign-in');
  await browser.send(page, { number: '2185 2000 0000 33', pin: '1234' });
  return browser;
}

const sameOrigin = { headers: { 'sec-fetch-site': 'same-origin' } };
const download = async (browser: PlainBrowser): Promise<File> =>
  JSON.parse((await browser.open('/my/data', sameOrigin)).text);
const entriesOf = ({ sections }: File, name: string) =>
  sections.find((one) => one.name === name)?.entries ?? [];

test('has the reader’s record, cards, loans and log, and the log tells of it', async () => {
  const browser = await signIn();
  const file = await download(browser);
  expect(file.missing).toEqual([]);
  expect(file.isComplete).toBe(true);
  expect(entriesOf(file, 'record')).toMatchObject([{ id: 'P0000002', name: { chinese: '李小明' } }]);
  expect(entriesOf(file, 'cards').length).toBeGreaterThan(0);
  expect(entriesOf(file, 'loans').length).toBeGreaterThan(0);
  expect(entriesOf(file, 'accessLog')[0]).toMatchObject({ kind: 'DATA_EXPORTED', role: 'PATRON' });
});

test('has the losses that the reader reported', async () => {
  const libraryCardNumber = '21852000000041';
  const token = await system.token({ scope: 'credentials:write' });
  const lost = { libraryCardNumber, onReplacement: 'CONTINUE' };
  expect(await system.change('reportLoss', 'operation { state }', lost, { token })).toMatchObject({
    operation: { state: 'DONE' },
  });
  // Sign-ins of the second of the report have ended.
  await setTimeout(1_000);
  const browser = await signIn();
  const reports = async () => entriesOf(await download(browser), 'lossReports');
  await expect
    .poll(reports, { timeout: 20_000 })
    .toMatchObject([{ onReplacement: 'CONTINUE', credential: { libraryCardNumber } }]);
});

test('names what a system that is away would have had', async () => {
  const browser = await signIn();
  await system.legacy.circ.stop();
  const file = await download(browser);
  expect(file.isComplete).toBe(false);
  expect([...new Set(file.missing.map(({ section }) => section))]).toEqual([
    'loans',
    'holds',
    'charges',
    'account',
  ]);
  expect(entriesOf(file, 'record')).toHaveLength(1);
});

test('is for the signed-in reader’s own page, and there is none for staff', async () => {
  const stranger = new PlainBrowser(system.url, {}, []);
  expect((await stranger.open('/my/data', sameOrigin)).status).toBe(401);
  const browser = await signIn();
  const fromElsewhere = { headers: { 'sec-fetch-site': 'cross-site' } };
  expect((await browser.open('/my/data', fromElsewhere)).status).toBe(403);
  // Any other path below an area's path shows the area's page.
  expect((await browser.open('/staff/data', sameOrigin)).text).toMatch(/^<!doctype html>/i);
});
