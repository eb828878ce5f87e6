/** Sign-in, SIP2 and the pages in processes of their own, for which the graph is away. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { exportJWK, generateKeyPair } from 'jose';
import { freePort, run } from '../../support/processes.ts';
import { patronStatus } from '../../support/sip2/messages.ts';
import { connectAs } from '../../support/sip2/terminal.ts';
import { load, type WatchedSystem } from './watched-system.ts';

const login = { user: 'station', password: 'of the tests' };
const terminals = {
  institution: 'DEMO',
  libraryName: 'Demonstration Library',
  terminals: [{ name: 'station-1', profile: 'station', login }],
};
const clients = {
  clients: [
    {
      id: 'ebooks',
      name: { en: 'E-books', 'zh-Hant': '電子書' },
      redirectUris: ['http://127.0.0.1:8080/callback'],
      secret: 'a secret of the tests that is long enough',
      audience: 'partner',
    },
  ],
};

async function startEdges(folder: string, resources: AsyncDisposableStack) {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  await writeFile(join(folder, 'key.json'), JSON.stringify(await exportJWK(privateKey)));
  await writeFile(join(folder, 'terminals.json'), JSON.stringify(terminals));
  await writeFile(join(folder, 'clients.json'), JSON.stringify(clients));
  const [port, metricsPort] = [await freePort(), await freePort()];
  const ports = { sip2: port, sip2Metrics: metricsPort, signIn: await freePort(), web: await freePort() };
  // Nobody listens there.
  const graph = { GRAPH_URL: `http://127.0.0.1:${await freePort()}/graphql` };
  const sip2 = resources.use(
    run('edge/sip2/main.ts', {
      ...graph,
      SIP2_PORT: String(ports.sip2),
      METRICS_PORT: String(ports.sip2Metrics),
      SIP2_TERMINALS_FILE: join(folder, 'terminals.json'),
      SIP2_TOKEN_KEY_FILE: join(folder, 'key.json'),
    }),
  );
  const signIn = resources.use(
    run('edge/sign-in/main.ts', {
      ...graph,
      SIGN_IN_PORT: String(ports.signIn),
      SIGN_IN_CLIENTS_FILE: join(folder, 'clients.json'),
      SIGN_IN_SECRET: 'a secret of the tests that is long enough',
      DATA_DIR: folder,
    }),
  );
  const web = resources.use(
    run('edge/web/main.ts', {
      ...graph,
      WEB_PORT: String(ports.web),
      WEB_SECRET: 'a secret of the tests that is long enough',
      WEB_READER_ISSUER: `http://127.0.0.1:${ports.signIn}/sign-in`,
      WEB_READER_CLIENT_ID: 'my',
      WEB_READER_CLIENT_SECRET: 'a secret of the tests that is long enough',
      DATA_DIR: folder,
    }),
  );
  await Promise.all([sip2.says(/SIP2 at/), signIn.says(/sign-in at/), web.says(/pages at/)]);
  return ports;
}

/** Somebody sets a PIN with a code, and a client sends a code for tokens that nobody gave it. */
async function useSignIn(origin: string): Promise<void> {
  const headers = { origin, 'sec-fetch-site': 'same-origin' };
  const form = { number: '21852000000033', code: '12345678', newPin: '4321', newPinAgain: '4321' };
  const set = await fetch(`${origin}/sign-in/pin`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
  });
  await set.text();
  const grant = { grant_type: 'authorization_code', code: 'none', client_id: 'ebooks' };
  const token = await fetch(`${origin}/sign-in/token`, { method: 'POST', body: new URLSearchParams(grant) });
  await token.text();
}

/** Somebody who is not signed in asks what is open to everybody. */
async function usePages(origin: string): Promise<void> {
  const answer = await fetch(`${origin}/my/graphql`, {
    method: 'POST',
    headers: { origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
    body: '{"query":"{ branches { code } }"}',
  });
  await answer.text();
}

export async function edgesWithoutGraph({ scrape }: WatchedSystem): Promise<() => Promise<void>> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-edges-'));
  opening.defer(() => rm(folder, { recursive: true }));
  const { sip2, signIn, sip2Metrics, web } = await startEdges(folder, opening);
  const targets = { 'sign-in': signIn, sip2: sip2Metrics, web };
  const forget = Object.entries(targets).map(([part, port]) => scrape(`127.0.0.1:${port}`, part));
  const terminal = opening.use(await connectAs(login.user, login.password, { port: sip2 }));
  const ended = new AbortController();
  const clientsOfTests = [
    load(() => useSignIn(`http://127.0.0.1:${signIn}`), ended.signal),
    load(() => usePages(`http://127.0.0.1:${web}`), ended.signal),
    load(() => terminal.send(patronStatus({ patron: '21852000000033' })), ended.signal),
  ];
  const resources = opening.move();
  return async () => {
    ended.abort();
    await Promise.all(clientsOfTests);
    await setTimeout(2000);
    for (const end of forget) {
      end();
    }
    await resources.disposeAsync();
  };
}
