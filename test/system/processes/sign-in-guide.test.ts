/**
 * Follows the guide of sign-in word by word: the clients, the issuer's entry, the command, and the code of the relying
 * party.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { freePort, run } from '../../support/processes.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { startSystem } from '../running-system.ts';

const root = join(import.meta.dirname, '../../..');
const guide = await readFile(join(root, 'docs/guides/sign-in.md'), 'utf8');

function blockOf(heading: string): string {
  const [, text] = new RegExp(`^\`\`\`${heading}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(guide) ?? [];
  return text ?? expect.fail(`the guide has no block of ${heading}`);
}

const secret = 'a secret of the e-book service, for the guide';

const folder = openedForTests(openTemporaryFolder);
let origin: string;
beforeAll(async () => {
  origin = `http://127.0.0.1:${await freePort()}`;
  const issuers = blockOf('json issuers').replaceAll('http://127.0.0.1:4004', origin);
  await writeFile(join(folder.path, 'issuers.json'), issuers);
  await writeFile(join(folder.path, 'clients.json'), blockOf('json clients'));
  await writeFile(join(folder.path, 'example-ebooks.secret'), `${secret}\n`);
  await mkdir(join(folder.path, 'secrets'));
  await writeFile(
    join(folder.path, 'secrets/sign-in-secret'),
    'a secret that seals the state of this test\n',
  );
});
const system = openedForTests(() =>
  startSystem(undefined, { ISSUERS_FILE: join(folder.path, 'issuers.json') }),
);
const signIn = openedForTests(async () => {
  const variables = blockOf('sh start').matchAll(/(\w+)=(\S+)/g);
  const env = Object.fromEntries(Array.from(variables, ([, name = '', value]) => [name, value]));
  const here = { GRAPH_URL: `${system.url}/graphql`, PORT: new URL(origin).port };
  const process = run(join(root, 'edge/sign-in/main.ts'), { ...env, ...here }, [], folder.path);
  await process.says(/sign-in at http/);
  return process;
}, 60_000);

/** A reader signs in and consents. Resolves to the URL to which the browser is redirected. */
async function readerComesBackFrom(url: URL): Promise<URL> {
  const browser = new PlainBrowser(origin);
  const page = await browser.open(url.href);
  let consent = page;
  // The gateway started before its issuer. It asks for missing keys once a second, so the first attempts may fail.
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

test('a relying party that follows the guide learns what the guide promises', async () => {
  const code = blockOf('js relying-party')
    .replace("import * as client from 'openid-client';", "const client = await import('openid-client');")
    .replaceAll('http://127.0.0.1:4004', origin);
  const names = ['secret', 'readerComesBackFrom', 'result'];
  const body = `return (async () => {${code}})();`;
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

/**
 * Makes a function of the code. The code needs a module of its own, because code that is evaluated from a string can't
 * import.
 */
async function asFunction(names: readonly string[], body: string): Promise<Follow> {
  // The file must be inside the project, because Node looks for the package from there.
  const file = join(root, 'node_modules/.cache', `sign-in-guide-${process.pid}.mjs`);
  await writeFile(file, `export const follow = (${names.join(', ')}) => {${body}};\n`);
  try {
    return ((await import(file)) as { follow: Follow }).follow;
  } finally {
    await rm(file);
  }
}

test('the log has no person’s data and no secret', () => {
  for (const value of ['21852000000033', '1234"', secret, 'a secret that seals']) {
    expect(signIn.output.stderr).not.toContain(value);
  }
});

test('it ends with 0 on SIGTERM', async () => {
  signIn.child.kill('SIGTERM');
  expect(await signIn.exit).toBe(0);
});
