/**
 * deploy/kubernetes without Kubernetes. The command of each container runs as a process, in the files of the image. It
 * has exactly the environment and the mounted files of the example, and may write only to volumes. Only hosts, ports
 * and the addresses of external systems are replaced by those of this machine.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { coreSubgraphs as subgraphs } from '../../../platform/systems.ts';
import { startSimulators } from '../../../simulators/index.ts';
import { startIdentityProvider } from '../../support/identity-provider.ts';
import type { RunningProcess } from '../../support/processes.ts';
import { newSecret } from '../../support/servers/webhook-receiver.ts';
import { databaseOrSkip } from '../../support/set-up/database-or-skip.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { createProcessRoles, urlAs } from '../../support/set-up/process-roles.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { patronInformation } from '../../support/sip2/messages.ts';
import { connectAs } from '../../support/sip2/terminal.ts';
import { startOtlpReceiver } from '../../support/telemetry/otlp-receiver.ts';
import { createImageTree } from './image-tree.ts';
import { type Manifest, named, noKustomize, renderWith } from './manifests.ts';
import {
  type Cluster,
  type LocalPorts,
  localPortsFor,
  probe,
  type Secrets,
  startContainer,
} from './run-container.ts';

const edges = ['sign-in', 'web', 'sip2'] as const;
const services = [...edges, ...subgraphs, 'gateway'] as const;
const secret = 'a secret of thirty-two characters';
const stationPassword = 'a long password';
/** Production refuses the simulators' own passwords. */
const logins = {
  cms: { user: 'gateway', password: 'a password of card management' },
  circ: { user: 'gateway', password: 'a password of circulation' },
};

const image = openedForTests(async () => {
  const folder = await openTemporaryFolder();
  await createImageTree(folder.path);
  return folder;
}, 240_000);

/** The key pair with which the edges sign their tokens. */
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwkOf = (key: KeyObject) => ({ ...key.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' });
const tokenKey = JSON.stringify(jwkOf(pair.privateKey));

/**
 * The Secrets of the example. `url` is the database's URL for the owner of the tables. Each part has a role of its own.
 */
const secretsWith = (url: string): Secrets => ({
  'subgraph-secret': { 'subgraph-secret': secret },
  journal: { 'database-url': url, 'journal-secret': secret },
  'patrons-database': { 'database-url': urlAs('patron_graph_patrons', url) },
  'credentials-database': { 'database-url': urlAs('patron_graph_credentials', url) },
  'circulation-database': { 'database-url': urlAs('patron_graph_circulation', url) },
  'legacy-passwords': { 'cms-password': logins.cms.password, 'circ-password': logins.circ.password },
  'pseudonym-secret': { 'pseudonym-secret': secret },
  'sign-in': {
    'database-url': urlAs('patron_graph_sign_in', url),
    'sign-in-secret': secret,
    'my-library': secret,
    'example-ebooks': secret,
  },
  web: {
    'database-url': urlAs('patron_graph_web', url),
    'web-secret': secret,
    'web-reader-client-secret': secret,
    'web-staff-client-secret': secret,
    'station-token-key.json': tokenKey,
  },
  notices: { mail: newSecret() },
  mail: { 'notices-smtp-url': 'smtps://notices:secret@mail.library.example' },
  sip2: { 'token-key.json': tokenKey, 'central-1': stationPassword },
});

/** The rendered example, with the Job that replaces the data key. */
const example = () => renderWith('../../jobs/replace-data-key');

/**
 * The example with this machine's values for everything external: the URLs of keys, the keys of edges, and the
 * terminals' network.
 */
function exampleWith(keysUrls: Readonly<Record<string, string>>): readonly Manifest[] {
  const keys = JSON.stringify({ keys: [jwkOf(pair.publicKey)] });
  return example().map((manifest) => {
    const data = (manifest as { data?: Readonly<Record<string, string>> }).data ?? {};
    const edited = Object.entries(data).map(([name, text]) => {
      const urls = Object.entries(keysUrls).reduce((rest, [url, here]) => rest.replaceAll(url, here), text);
      return [name, name.endsWith('-keys.json') ? keys : urls.replaceAll('10.20.0.0/16', '127.0.0.0/8')];
    });
    return manifest.kind === 'ConfigMap' ? { ...manifest, data: Object.fromEntries(edited) } : manifest;
  });
}

/** Runs a Job as the owner of the tables, and expects that it succeeds. */
async function runJob(name: string, manifests: readonly Manifest[], databaseUrl: string): Promise<void> {
  const secrets = { journal: { 'database-url': databaseUrl, 'journal-secret': secret } };
  await using job = startContainer(
    named(manifests, 'Job', name),
    { app: image.path, manifests, secrets },
    {},
  );
  expect(await job.exit, job.output.stderr).toBe(0);
  expect(job.output.stderr).not.toMatch(/not known here|ERR_ACCESS_DENIED/);
}

describe.skipIf(noKustomize !== null)(`the example of deploy/kubernetes ${noKustomize ?? ''}`, () => {
  test('its containers start with the given environment, find each other, serve, send traces and end with 0', {
    timeout: 240_000,
  }, async (context) => {
    await using resources = new AsyncDisposableStack();
    const database = resources.use(await databaseOrSkip(context));
    const legacy = resources.use(await startSimulators({ credentials: logins }));
    const issuer = resources.use(await startIdentityProvider());
    const collector = resources.use(await startOtlpReceiver());
    const deployed = example();
    const localPorts = new Map<string, LocalPorts>();
    for (const name of services) {
      localPorts.set(name, await localPortsFor(named(deployed, 'Deployment', name)));
    }
    const urlOf = (name: string) => `http://127.0.0.1:${localPorts.get(name)?.ports.http}`;
    const manifests = exampleWith({
      'https://login.example.org/realms/library/protocol/openid-connect/certs': issuer.url,
      'https://sign-in.library.example.org/sign-in/jwks': `${urlOf('sign-in')}/sign-in/jwks`,
    });
    const outside = {
      PRS_URL: legacy.prs.url,
      CMS_URL: legacy.cms.url,
      CIRC_URL: legacy.circ.url,
      CMS_USER: logins.cms.user,
      CIRC_USER: logins.circ.user,
      ...Object.fromEntries(subgraphs.map((name) => [`${name.toUpperCase()}_URL`, urlOf(name)])),
      GRAPH_URL: `${urlOf('gateway')}/graphql`,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      // Samples every trace instead of one in ten.
      OTEL_TRACES_SAMPLER_ARG: '1',
    };
    await createProcessRoles(database.url);
    await runJob('migrate', manifests, database.url);
    const secrets = secretsWith(database.url);
    const cluster: Cluster = { app: image.path, manifests, secrets };

    const started = new Map<string, RunningProcess>();
    for (const name of services) {
      const workload = named(cluster.manifests, 'Deployment', name);
      const ports = localPorts.get(name) ?? expect.fail(name);
      const process = resources.use(startContainer(workload, cluster, { ...outside, ...ports.variables }));
      started.set(name, process);
      for (const kind of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
        await probe(workload, kind, ports, process);
      }
    }

    const { dependencies } = await fetch(`${urlOf('gateway')}/health/dependencies`).then(
      (response) => response.json() as Promise<{ dependencies: Record<string, string> }>,
    );
    expect(Object.entries(dependencies).filter(([, state]) => state !== 'up')).toEqual([]);
    expect(Object.keys(dependencies)).toEqual(
      expect.arrayContaining([
        ...subgraphs.map((name) => `${name} subgraph`),
        'issuer staff',
        'issuer sign-in',
      ]),
    );
    const discovery = await fetch(`${urlOf('sign-in')}/sign-in/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ issuer: 'https://sign-in.library.example.org/sign-in' });
    for (const path of ['/my/', '/staff/', '/station/']) {
      const page = await fetch(`${urlOf('web')}${path}`);
      expect([path, page.status, page.headers.get('content-type')]).toEqual([
        path,
        200,
        'text/html; charset=utf-8',
      ]);
    }
    const port = localPorts.get('sip2')?.ports.sip2 ?? expect.fail('no port of sip2');
    await using terminal = await connectAs('central-1', stationPassword, { port });
    const reader = await terminal.send(patronInformation({ patron: '21852000000033', pin: '1234' }));
    expect(reader.text).toContain('|CQY|');
    await terminal[Symbol.asyncDispose]();

    const stop = (names: readonly string[]) =>
      Promise.all(
        names.map(async (name) => {
          const { child, exit, output } = started.get(name) ?? expect.fail(name);
          child.kill('SIGTERM');
          expect([name, await exit]).toEqual([name, 0]);
          // The process knows all of its variables, and hasn't tried to write to the image.
          expect(output.stderr).not.toMatch(/not known here|ERR_ACCESS_DENIED/);
        }),
      );
    await stop(subgraphs);
    // Sign-in and the pages still run, and their state is in the same database.
    await runJob('replace-data-key', manifests, database.url);
    await stop([...edges, 'gateway']);
    const exported = collector.bodies.join('\n');
    expect(services.filter((name) => !exported.includes(`patron-graph-${name}`))).toEqual([]);
  });
});
