/**
 * Unmodified clients from Debian: Authlib (python3-authlib, python3-requests) and mod_auth_openidc
 * (libapache2-mod-auth-openidc). A machine without them skips their tests.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../../../support/processes.ts';
import { openedForTests } from '../../../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../../../support/set-up/temporary-folder.ts';
import { PlainBrowser } from '../../../../support/sign-in/browser.ts';
import { cards, madeUpReaders } from '../../../../support/sign-in/made-up-readers.ts';
import { callbacksAt, secrets, startSignInOfTests } from '../../../../support/sign-in/running-sign-in.ts';
import { pin } from '../../../../support/sign-in/sign-in-as.ts';
import { skipSuite } from '../../../../support/suites/skip-suite.ts';

const graph = madeUpReaders();
const python = '/usr/bin/python3';
const apache = '/usr/sbin/apache2';
const modules = '/usr/lib/apache2/modules';

const hasAuthlib = spawnSync(python, ['-c', 'import authlib, requests']).status === 0;
const hasApache = existsSync(apache) && existsSync(join(modules, 'mod_auth_openidc.so'));

const expected = async () => ({
  sub: (await graph.standing('P0000001', 'example-ebooks')).pseudonym,
  library_standing: 'good',
});

if (!hasAuthlib) {
  skipSuite('Authlib', 'python3-authlib and python3-requests are not installed');
} else {
  const signIn = openedForTests(() => startSignInOfTests({ graph }));

  test('Authlib signs a reader in, checks the ID token, refreshes, and revokes', async () => {
    const args = [signIn.issuer.href, 'ebooks', secrets.ebooks, callbacksAt(signIn.parties).ebooks];
    const child = spawn(python, [join(import.meta.dirname, 'relying_party.py'), ...args], {
      env: { PATH: process.env.PATH, AUTHLIB_INSECURE_TRANSPORT: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const browser = new PlainBrowser(signIn.issuer.origin);
    const form = await browser.open(z.url().parse((await lines.next()).value));
    const consent = await browser.send(form, { number: cards.siuMing, pin });
    const { url } = await browser.send(consent, { answer: 'allow' });
    const exit = once(child, 'exit');
    child.stdin.end(`${url}\n`);
    const said: unknown = JSON.parse(z.string().parse((await lines.next()).value));
    expect(said).toMatchObject({
      claims: await expected(),
      info: await expected(),
      afterRevocation: 401,
    });
    expect(await exit).toEqual([0, null]);
  }, 20_000);
}

if (!hasApache) {
  skipSuite('mod_auth_openidc', 'apache2-bin and libapache2-mod-auth-openidc are not installed');
} else {
  const folder = openedForTests(openTemporaryFolder);
  let port: number;
  const signIn = openedForTests(async () => {
    port = await freePort();
    return await startSignInOfTests({ graph, parties: `http://127.0.0.1:${port}` });
  });

  test.each(['GET', 'POST', 'PAR'])(
    'mod_auth_openidc protects a page, and asks by %s',
    async (method) => {
      const origin = `http://127.0.0.1:${port}`;
      await using server = await startApache(method);
      const browser = new PlainBrowser(signIn.issuer.origin, {}, [origin]);
      const first = await browser.open(`${origin}/ebooks/`);
      // For a POST the module sends a page with a form that submits itself.
      const form = first.text.includes('name="pin"') ? first : await browser.send(first, {});
      const next = await browser.send(form, { number: cards.siuMing, pin });
      const page = next.text.includes('/consent"') ? await browser.send(next, { answer: 'allow' }) : next;
      expect([page.status, page.text]).toEqual([200, 'only for readers\n']);
      const info = await browser.open(`${origin}/ebooks/callback?info=json`);
      expect(JSON.parse(info.text)).toMatchObject({ id_token: await expected(), userinfo: await expected() });
      expect(server.child.exitCode).toBeNull();
    },
    20_000,
  );

  async function startApache(method: string) {
    const site = join(folder.path, 'site');
    await mkdir(join(site, 'ebooks'), { recursive: true });
    await writeFile(join(site, 'ebooks/index.html'), 'only for readers\n');
    await chmod(folder.path, 0o755);
    const loaded = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'auth_openidc'];
    const lines = [
      ...loaded.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`),
      `Listen 127.0.0.1:${port}`,
      'ServerName 127.0.0.1',
      `DocumentRoot ${site}`,
      `PidFile ${folder.path}/apache.pid`,
      `ErrorLog ${folder.path}/error.log`,
      `DefaultRuntimeDir ${folder.path}`,
      'User www-data',
      'Group www-data',
      'DirectoryIndex index.html',
      `OIDCProviderMetadataURL ${signIn.issuer.href}/.well-known/openid-configuration`,
      'OIDCClientID ebooks',
      `OIDCClientSecret "${secrets.ebooks}"`,
      `OIDCRedirectURI ${callbacksAt(`http://127.0.0.1:${port}`).ebooks}`,
      'OIDCCryptoPassphrase "a secret of the cookies of this server"',
      'OIDCScope openid',
      'OIDCPKCEMethod S256',
      'OIDCSessionType client-cookie',
      'OIDCInfoHook id_token userinfo',
      `OIDCProviderAuthRequestMethod ${method}`,
      // By default it answers with 401 to what looks like a request of a script, and `fetch` does.
      'OIDCUnAuthAction auth true',
      '<Location /ebooks>',
      'AuthType openid-connect',
      'Require valid-user',
      '</Location>',
    ];
    const file = join(folder.path, 'apache.conf');
    await writeFile(file, `${lines.join('\n')}\n`);
    const child = spawn(apache, ['-f', file, '-DFOREGROUND'], { stdio: ['ignore', 'inherit', 'inherit'] });
    const exit = once(child, 'exit');
    await expect
      .poll(() =>
        fetch(`http://127.0.0.1:${port}/nothing`).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    return {
      child,
      async [Symbol.asyncDispose]() {
        child.kill('SIGTERM');
        await exit;
      },
    };
  }
}
