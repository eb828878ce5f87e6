/**
 * Follows the guides of SIP2 word by word: the keys, the issuer's entry, the terminals, the command, and every message
 * with its answer.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { terminalsAt } from '../../../edge/web/stations/sip2-servers.ts';
import { freePort, run } from '../../support/processes.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { connectTerminal } from '../../support/sip2/terminal.ts';
import { startSystem } from '../running-system.ts';

const root = join(import.meta.dirname, '../../..');
const read = (guide: string): Promise<string> => readFile(join(root, 'docs/guides', guide), 'utf8');
const [stations, ebooks] = await Promise.all([read('sip2-stations.md'), read('sip2-e-books.md')]);

function blockIn(guide: string, heading: string): string {
  const [, text] = new RegExp(`^\`\`\`${heading}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(guide) ?? [];
  return text ?? expect.fail(`the guide has no block of ${heading}`);
}

const folder = openedForTests(openTemporaryFolder);
beforeAll(async () => {
  const write = (name: string, text: string) => writeFile(join(folder.path, name), text);
  execFileSync('sh', ['-c', blockIn(stations, 'sh keys')], { cwd: folder.path });
  const keys = join(folder.path, 'sip2-keys.json');
  await write('issuers.json', blockIn(stations, 'json issuers').replace('sip2-keys.json', keys));
  await write('terminals.json', blockIn(stations, 'json terminals'));
  await write('central-1.password', 'a long password\n');
  await write('example-ebooks.password', 'another password\n');
});
const system = openedForTests(() =>
  startSystem(undefined, { ISSUERS_FILE: join(folder.path, 'issuers.json') }),
);
let port: number;
let metricsPort: number;
const server = openedForTests(async () => {
  const variables = blockIn(stations, 'sh start').matchAll(/(\w+)=(\S+)/g);
  const env = Object.fromEntries(Array.from(variables, ([, name = '', value]) => [name, value]));
  metricsPort = await freePort();
  const here = { GRAPH_URL: `${system.url}/graphql`, PORT: '0', METRICS_PORT: `${metricsPort}` };
  const process = run(join(root, 'edge/sip2/main.ts'), { ...env, ...here }, [], folder.path);
  const [, listening] = await process.says(/SIP2 at 127\.0\.0\.1:(\d+)/);
  port = Number(listening);
  return process;
});

/** A pattern for a line of a guide. `…` stands for any text. */
function patternOf(line: string): RegExp {
  const texts = line.split('…').map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${texts.join('.*')}$`);
}

test.each([
  ['a self-service station', stations, 'sip2 station'],
  ['an e-book service', ebooks, 'sip2 e-book'],
])('%s gets the answers that its guide shows', async (_, guide, heading) => {
  await using terminal = await connectTerminal({ port, errorDetection: false });
  const lines = blockIn(guide, heading).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(4);
  for (let index = 0; index < lines.length; index += 2) {
    const [sent = '', answered = ''] = lines.slice(index, index + 2);
    expect([sent.slice(0, 2), answered.slice(0, 2)]).toEqual(['> ', '< ']);
    const { text } = await terminal.send(sent.slice(2));
    expect(text).toMatch(patternOf(answered.slice(2)));
  }
});

test('the entry of the issuer grants the two scopes and nothing else', () => {
  const { issuers } = JSON.parse(blockIn(stations, 'json issuers')) as {
    issuers: { grants: { scopes: string[] }[] }[];
  };
  const scopes = issuers.flatMap(({ grants }) => grants.flatMap((grant) => grant.scopes));
  expect(scopes.sort()).toEqual(['partner:verify', 'station']);
});

test('the pages’ server reads the terminals of this process', async () => {
  const terminals = await terminalsAt(new URL(`http://127.0.0.1:${metricsPort}`))();
  const { terminals: listed } = JSON.parse(blockIn(stations, 'json terminals')) as {
    terminals: { name: string }[];
  };
  expect(terminals.map(({ name }) => name)).toEqual(listed.map(({ name }) => name));
  const [seen] = terminals;
  expect(Date.parse(seen?.lastSeenAt ?? '')).toBeGreaterThan(Date.now() - 600_000);
  expect(JSON.stringify(terminals)).not.toMatch(/password|21852/);
});

test('the server’s log has no person’s data and no key', async () => {
  const key = JSON.parse(await readFile(join(folder.path, 'sip2-key.json'), 'utf8')) as { d: string };
  for (const secret of ['21852000000033', 'Siu Ming', '1234"', 'a long password', key.d]) {
    expect(server.output.stderr).not.toContain(secret);
  }
});

test('it ends with 0 on SIGTERM', async () => {
  server.child.kill('SIGTERM');
  expect(await server.exit).toBe(0);
});
