import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CustomFetch } from 'openid-client';
import { partnerSampleAddresses, startPartnerSample } from '../../../apps/partner/start.ts';
import { freePort } from '../../support/processes.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';

/** The e-book service's id as a client of sign-in. */
export const clientId = 'test-ebooks';
const clientSecret = 'the secret of the e-book service in this test';

/** A running e-book service, with the whole library system behind it. */
export interface RunningSample extends AsyncDisposable {
  readonly system: RunningSystem;
  /** The address of the sign-in pages, where readers sign in. */
  readonly issuer: URL;
  readonly service: URL;
}

/** Starts the service. It calls the library with `fetch`. */
export async function startSample(fetch: CustomFetch): Promise<RunningSample> {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'ebooks-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const port = await freePort();
  const entry = {
    id: clientId,
    secret: clientSecret,
    audience: 'partner',
    ...partnerSampleAddresses(port),
    name: { en: 'Test E-books', 'zh-Hant': '測試電子書' },
  };
  const clientsFile = join(folder, 'clients.json');
  await writeFile(clientsFile, JSON.stringify({ clients: [entry] }));
  const options = { hasPages: true, buildsIndex: true, clientsFile };
  const system = resources.use(await startSystem(undefined, {}, options));
  if (system.signIn === null) {
    throw new Error('there is no sign-in');
  }
  const token = () => system.token({ subject: clientId, clientId, scope: 'partner:verify' });
  const graph = { url: `${system.url}/graphql`, token };
  const sample = { port, clientId, clientSecret, issuer: system.signIn, graph, fetch };
  const { url: service } = resources.use(await startPartnerSample(sample));
  const running = resources.move();
  return { system, issuer: system.signIn, service, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
