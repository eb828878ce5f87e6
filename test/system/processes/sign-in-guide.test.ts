/** The guide of sign-in, followed as written: clients, issuer's entry, command, and the relying party's code. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, type RunningProcess, run } from '../../support/processes.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { type RunningSystem, startSystem } from '../running-system.ts';

const root = join(import.meta.dirname, '../../..');
const guide = await readFile(join(root, 'docs/guides/sign-in.md'), 'utf8');

function blockOf(heading: string): string {
  const [, text] = new RegExp(`^\`\`\`${heading}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(guide) ?? [];
  return text ?? expect.fail(`the guide has no block of ${heading}`);
}

const secret = 'a secret of the e-book service, for the guide';

let folder: string;
let system: RunningSystem;
let signIn: RunningProcess;
let origin: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sign-in-guide-'));
  origin = `http://127.0.0.1:${await freePort()}`;
  await writeFile(
    join(folder, 'issuers.json'),
    blockOf('json issuers').replaceAll('http://127.0.0.1:4004', origin),
  );
  await writeFile(join(folder, 'clients.json'), blockOf('json clients'));
  await writeFile(join(folder, 'example-ebooks.secret'), `${secret}\n`);
  await writeFile(join(folder, 'sign-in.secret'), 'a secret that seals the state of this test\n');
  system = await startSystem(undefined, { ISSUERS_FILE: join(folder, 'issuers.json') });
  const variables = blockOf('sh start').matchAll(/(\w+)=(\S+)/g);
  const env = Object.fromEntries(Array.from(variables, ([, name = '', value]) => [name, value]));
  const here = { GRAPH_URL: `${system.url}/graphql`, SIGN_IN_PORT: new URL(origin).port };
  signIn = run(join(root, 'edge/sign-in/main.ts'), { ...env, ...here }, [], folder);
  await signIn.says(/sign-in at http/);
}, 60_000);
afterAll(async () => {
  await signIn[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A reader at the sign-in page. Resolves to where the browser is sent back. */
async function readerComesBackFrom(url: URL): Promise<URL> {
  const browser = new PlainBrowser(origin);
  const page = await browser.open(url.href);
  let consent = page;
  // The gateway began before its issuer, and asks for keys that it lacks once a second.
  await expect
    .poll(async () => {
      consent = await browser.send(page, { number: '21852000000033', pin: '1234' });
      return consent.status;
    })
    .toBe(200);
  return new URL((await browser.send(consent, { answer: 'allow' })).url);
}

interface Result {
  readonly sub: string;
  readonly standing: string;
  readonly info: object;
  readonly signOutUrl: URL;
}

test('a relying party that does what the guide says learns what the guide says', async () => {
  const code = blockOf('js relying-party')
    .replace("import * as client from 'openid-client';", "const client = await import('openid-client');")
    .replaceAll('http://127.0.0.1:4004', origin);
  const names = ['secret', 'readerComesBackFrom', 'result'];
  const body = `return (async () => {${code}})();`;
  // The guide's own text, as a reader of it would run it.
  const follow = await asFunction(names, body);
  const results: Result[] = [];
  await follow(secret, readerComesBackFrom, (result: Result) => results.push(result));
  const [result] = results;
  expect(result?.sub).toMatch(/^[\w-]{43}$/);
  expect(result?.standing).toBe('good');
  expect(result?.info).toEqual({ sub: result?.sub, library_standing: 'good' });
  const signOut = await new PlainBrowser(origin).open(result?.signOutUrl.href ?? '');
  expect(signOut.status).toBe(200);
}, 30_000);

type Follow = (...values: readonly unknown[]) => Promise<void>;

/** A module of its own, because code made of text can't import. */
async function asFunction(names: readonly string[], body: string): Promise<Follow> {
  // In the project's folder, so that the package is found.
  const file = join(root, 'node_modules/.cache', `sign-in-guide-${process.pid}.mjs`);
  await writeFile(file, `export const follow = (${names.join(', ')}) => {${body}};\n`);
  try {
    return ((await import(file)) as { follow: Follow }).follow;
  } finally {
    await rm(file);
  }
}

test('the log has no value of a person, and no secret', () => {
  for (const value of ['21852000000033', '1234"', secret, 'a secret that seals']) {
    expect(signIn.output.stderr).not.toContain(value);
  }
});

test('it ends with 0 on SIGTERM', async () => {
  signIn.child.kill('SIGTERM');
  expect(await signIn.exit).toBe(0);
});
