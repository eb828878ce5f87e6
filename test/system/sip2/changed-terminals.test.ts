/** The file of terminals and their passwords change while the server runs. */
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KeptTerminals, keepTerminals } from '../../../edge/sip2/terminals/kept-terminals.ts';
import { scStatus } from '../../support/sip2/messages.ts';
import { password, type RunningSip2, sip2ForTests, startSip2 } from './running-sip2.ts';

const { system } = sip2ForTests();
const resources = new AsyncDisposableStack();
let folder: string;
let sip2: RunningSip2;
const warnings: string[] = [];

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const terminal = (name: string, user: string, more: object = {}) => ({
  name,
  profile: 'station',
  login: { user, passwordFile: `${name}.password` },
  ...more,
});
const writeTerminals = (...terminals: readonly object[]): void =>
  write('terminals.json', JSON.stringify({ institution: 'DEMO', terminals }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terminals-'));
  resources.defer(() => rm(folder, { recursive: true }));
  write('first.password', password);
  write('second.password', password);
  writeTerminals(terminal('first', 'station'), terminal('second', 'reader'));
  const ignore = () => undefined;
  const warn = (_details: object, message: string) => void warnings.push(message);
  const log = { debug: ignore, info: ignore, warn };
  const keptTerminals: KeptTerminals & Disposable = await keepTerminals(
    join(folder, 'terminals.json'),
    log,
    50,
  );
  resources.use(keptTerminals);
  sip2 = resources.use(await startSip2(system, { keptTerminals }));
}, 30_000);
afterAll(() => resources.disposeAsync());

const names = () => sip2.server.terminals().map(({ name }) => name);

test('a new terminal may connect, and nobody is cut off', async () => {
  await using first = await sip2.connect('station');
  writeTerminals(terminal('first', 'station'), terminal('second', 'reader'), terminal('third', 'ebooks'));
  write('third.password', password);
  await expect.poll(names, { timeout: 5_000 }).toEqual(['first', 'second', 'third']);
  await using third = await sip2.connect('ebooks');
  expect((await third.send(scStatus())).code).toBe('98');
  expect((await first.send(scStatus())).code).toBe('98');
});

test('a terminal whose password changes is cut off, and the others are not', async () => {
  await using first = await sip2.connect('station');
  await using second = await sip2.connect('reader');
  write('first.password', 'another password');
  await first.closed;
  expect((await second.send(scStatus())).code).toBe('98');
  await expect(sip2.connect('station')).rejects.toThrow('refused');
  write('first.password', password);
  await expect
    .poll(async () => (await sip2.connect('station').catch(() => null)) !== null, { timeout: 5_000 })
    .toBe(true);
});

test('a terminal that is taken out is cut off, and its place in the list of staff is gone', async () => {
  await using first = await sip2.connect('station');
  await using second = await sip2.connect('reader');
  writeTerminals(terminal('second', 'reader'));
  await first.closed;
  expect(names()).toEqual(['second']);
  expect((await second.send(scStatus())).code).toBe('98');
});

test('a file that is wrong changes nothing, and is logged', async () => {
  await using second = await sip2.connect('reader');
  write('terminals.json', '{ "terminals": [');
  await expect
    .poll(() => warnings, { timeout: 5_000 })
    .toContainEqual(expect.stringContaining('former ones stay'));
  expect((await second.send(scStatus())).code).toBe('98');
  expect(names()).toEqual(['second']);
});
