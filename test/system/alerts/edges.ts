/** Starts sign-in, SIP2 and the pages, each in a process of its own. They can't reach the graph. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { exportJWK, generateKeyPair } from 'jose';
import { madeBeforeSignIn } from '../../../edge/sign-in/provider/adapter.ts';
import { freePort, run } from '../../support/processes.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { patronStatus } from '../../support/sip2/messages.ts';
import { connectAs } from '../../support/sip2/terminal.ts';
import { crowd, type WatchedSystem } from './watched-system.ts';

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
  // No server listens at this address.
  const graph = { GRAPH_URL: `http://127.0.0.1:${await freePort()}/graphql` };
  const sip2 = resources.use(
    run('edge/sip2/main.ts', {
      ...graph,
      PORT: String(ports.sip2),
      METRICS_PORT: String(ports.sip2Metrics),
      SIP2_TERMINALS_FILE: join(folder, 'terminals.json'),
      SIP2_TOKEN_KEY_FILE: join(folder, 'key.json'),
    }),
  );
  const signIn = resources.use(
    run('edge/sign-in/main.ts', {
      ...graph,
      PORT: String(ports.signIn),
      SIGN_IN_CLIENTS_FILE: join(folder, 'clients.json'),
      SIGN_IN_SECRET: 'a secret of the tests that is long enough',
      DATA_DIR: folder,
    }),
  );
  const web = resources.use(
    run('edge/web/main.ts', {
      ...graph,
      PORT: String(ports.web),
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

/** A reader sets a PIN with a code. A client asks for tokens with an authorization code that was never issued. */
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

/** A user who is not signed in asks a public query. */
async function usePages(origin: string): Promise<void> {
  const answer = await fetch(`${origin}/my/graphql`, {
    method: 'POST',
    headers: { origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
    body: '{"query":"{ branches { code } }"}',
  });
  await answer.text();
}

/** Begins as many sign-ins as the service keeps, and finishes none. */
function beginSignIns(folder: string): void {
  using tables = new DatabaseSync(join(folder, 'sign-in.sqlite'), { timeout: 5_000 });
  tables.exec(`insert into items (key, kind, grant_key, sealed, expires_at)
    with recursive begun (number) as
      (select 1 union all select number + 1 from begun where number < ${madeBeforeSignIn.Interaction})
    select 'begun ' || number, 'Interaction', 'somebody', '', ${Date.now() + 3_600_000} from begun`);
}

export async function edgesWithoutGraph({ scrape }: WatchedSystem): Promise<() => Promise<void>> {
  await using opening = new AsyncDisposableStack();
  const { path: folder } = opening.use(await openTemporaryFolder());
  const { sip2, signIn, sip2Metrics, web } = await startEdges(folder, opening);
  beginSignIns(folder);
  const targets = { 'sign-in': signIn, sip2: sip2Metrics, web };
  const unscrape = Object.entries(targets).map(([service, port]) => scrape(`127.0.0.1:${port}`, service));
  const terminal = opening.use(await connectAs(login.user, login.password, { port: sip2 }));
  const crowds = [
    crowd(1, () => useSignIn(`http://127.0.0.1:${signIn}`)),
    crowd(1, () => usePages(`http://127.0.0.1:${web}`)),
    crowd(1, () => terminal.send(patronStatus({ patron: '21852000000033' }))),
  ];
  const resources = opening.move();
  return async () => {
    await Promise.all(crowds.map((disperse) => disperse()));
    await setTimeout(2000);
    for (const end of unscrape) {
      end();
    }
    await resources.disposeAsync();
  };
}
