/**
 * docker-compose.yml without Docker. Each service runs as a process, with the environment and the health check of the
 * file, and with the image's own variables. Only hosts and ports are replaced by this machine's.
 */
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { coreSubgraphs } from '../../../platform/systems.ts';
import { startIdentityProvider } from '../../support/identity-provider.ts';
import type { PostgresDatabase } from '../../support/postgres.ts';
import { freePort, type RunningProcess, run } from '../../support/processes.ts';
import { newSecret } from '../../support/servers/webhook-receiver.ts';
import { databaseOrSkip } from '../../support/set-up/database-or-skip.ts';
import { createProcessRoles, urlAs } from '../../support/set-up/process-roles.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');
const text = await readFile(join(root, 'docker-compose.yml'), 'utf8');
const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');

const service = z.object({
  command: z.tuple([z.literal('node'), z.string()]),
  environment: z.record(z.string(), z.coerce.string()),
  /** Only services that keep running have a health check. */
  healthcheck: z.object({ test: z.tuple([z.literal('CMD'), z.string(), z.string(), z.string()]) }),
});
const services = z
  .object({ services: z.record(z.string(), z.unknown()) })
  .parse(parse(text, { merge: true })).services;

/** The environment variables that the image itself sets. */
const image = Object.fromEntries(
  [...dockerfile.matchAll(/^ENV (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
);

/** Replaces Compose's substitutions `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `$$`, innermost first. */
function interpolate(value: string, env: Readonly<Record<string, string>>): string {
  const variable = /\$\{(\w+)(?::([-?])([^{}]*))?\}/;
  for (let rest = value; ; ) {
    const match = variable.exec(rest);
    if (match === null) {
      return rest.replaceAll('$$', '$');
    }
    const [whole, name = '', kind, otherwise = ''] = match;
    if (env[name] === undefined && kind !== '-') {
      throw new Error(`${name} is missing: ${otherwise}`);
    }
    rest = rest.replace(whole, () => env[name] ?? otherwise);
  }
}

/**
 * Starts a service of the file as a process, on a free port of the loopback address. `override` is what another file says
 * of the service.
 */
function start(
  name: string,
  env: Readonly<Record<string, string>>,
  here: NodeJS.ProcessEnv,
  override: Partial<z.infer<typeof service>> = {},
): RunningProcess {
  const { command, environment } = {
    ...service.omit({ healthcheck: true }).parse(services[name]),
    ...override,
  };
  const given = Object.entries(environment).map(([key, value]) => [key, interpolate(value, env)]);
  const listening = { HOST: '127.0.0.1', PORT: '0', METRICS_PORT: '0' };
  return run(command[1], { ...image, ...Object.fromEntries(given), ...listening, ...here });
}

/** The secrets that the commands at the top of the file write to `.env`. */
const [, names = ''] = /for name in ([A-Z_ ]+); do/.exec(text) ?? [];
const secrets = Object.fromEntries(names.split(' ').map((name) => [name, randomBytes(32).toString('hex')]));

/**
 * The variables with which the services reach `database` instead of Compose's database: the URL of the owner, and the
 * URL of each role.
 */
const databaseUrls = (database: PostgresDatabase): Readonly<Record<string, string>> => ({
  DATABASE_URL: database.url,
  PATRONS_DATABASE_URL: urlAs('patron_graph_patrons', database.url),
  CREDENTIALS_DATABASE_URL: urlAs('patron_graph_credentials', database.url),
  CIRCULATION_DATABASE_URL: urlAs('patron_graph_circulation', database.url),
  SIGN_IN_DATABASE_URL: urlAs('patron_graph_sign_in', database.url),
  WEB_DATABASE_URL: urlAs('patron_graph_web', database.url),
});

const profilesOf = (name: string) =>
  z.object({ profiles: z.array(z.string()) }).parse(services[name]).profiles;

/** The variables of a service whose values are files of the library, with the paths on this machine. */
function mounted(
  name: string,
  library: string,
  env: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  const { environment } = service.omit({ healthcheck: true }).parse(services[name]);
  const { volumes } = z.object({ volumes: z.tuple([z.string()]) }).parse(services[name]);
  const [, folder = ''] = interpolate(volumes[0], {}).split(':');
  const files = Object.entries(environment)
    .map(([key, value]) => [key, value === `\${${key}:-}` ? (env[key] ?? '') : value] as const)
    .filter(([, value]) => value.startsWith(`${folder}/`));
  return {
    HOST: '127.0.0.1',
    ...Object.fromEntries(files.map(([key, value]) => [key, value.replace(folder, library)])),
  };
}

const anyClient = {
  id: 'library-app',
  name: { en: 'Library App', 'zh-Hant': '圖書館應用程式' },
  redirectUris: ['https://library.example.org/app'],
  publicClient: true,
  audience: 'reader',
  firstParty: true,
};
const anyStation = { name: 'central-1', profile: 'station', addresses: ['127.0.0.1'] };

async function migrate(operator: Readonly<Record<string, string>>): Promise<void> {
  await createProcessRoles(operator.DATABASE_URL ?? '');
  await using process = start('migrate', operator, {});
  expect(await process.exit).toBe(0);
}

/** Runs the health check of a service at a port, and resolves to its exit code. */
async function healthOf(name: string, port: string): Promise<number | null> {
  const [, node, ...args] = service.parse(services[name]).healthcheck.test;
  expect(node).toBe('node');
  const script = args.map((arg) => interpolate(arg, {}));
  const child = spawn(process.execPath, script, { env: { PORT: port }, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

test('its services start with their environment, find each other and are healthy', {
  timeout: 180_000,
}, async (context) => {
  await using database = await databaseOrSkip(context);
  // The commands at the top of the file also allow the development issuer.
  const allowed = Object.fromEntries(
    [...text.matchAll(/echo ([A-Z_]+)=(\S+) >> \.env/g)].map(([, name, value]) => [name, value]),
  );
  await using resources = new AsyncDisposableStack();
  const { path: dataDir } = resources.use(await openTemporaryFolder());

  const legacy = resources.use(start('legacy', secrets, { PORT: '0' }));
  const urlOf = async (system: string) => (await legacy.says(new RegExp(`(http:\\S+/${system})`)))[1] ?? '';
  const operator = {
    ...secrets,
    ...allowed,
    ...databaseUrls(database),
    PRS_URL: await urlOf('prs'),
    CMS_URL: await urlOf('cms'),
    CIRC_URL: await urlOf('circ'),
  };
  // The image is for production, where a subgraph doesn't create tables. The subgraph's error names the command that
  // creates the tables.
  await createProcessRoles(database.url);
  await using early = start('patrons', operator, {});
  expect(await early.exit).toBe(1);
  expect(early.output.stderr).toContain('run npm run migrate first');
  await migrate(operator);
  const originOf = async (process: RunningProcess) => (await process.says(/at (http:\S+)\/graphql/))[1] ?? '';
  const origins: Record<string, string> = {};
  for (const name of coreSubgraphs) {
    origins[name] = await originOf(resources.use(start(name, operator, {})));
  }
  const gateway = resources.use(
    start('gateway', operator, {
      DATA_DIR: dataDir,
      PATRONS_URL: origins.patrons,
      CREDENTIALS_URL: origins.credentials,
      CIRCULATION_URL: origins.circulation,
    }),
  );
  origins.gateway = await originOf(gateway);

  for (const [name, origin] of Object.entries(origins)) {
    expect([name, await healthOf(name, new URL(origin).port)]).toEqual([name, 0]);
  }
  expect(await healthOf('gateway', '1')).toBe(1);
  const ready = await fetch(`${origins.gateway}/health/ready`);
  expect(ready.status).toBe(200);
});

test('with deploy/one-process.yml, gateway and subgraphs are one process with a role of its own', {
  timeout: 180_000,
}, async (context) => {
  await using database = await databaseOrSkip(context);
  await using resources = new AsyncDisposableStack();
  const file = await readFile(join(root, 'deploy/one-process.yml'), 'utf8');
  // The tag is Compose's own, and the parser warns of it.
  const { services: over } = z
    .object({ services: z.record(z.string(), z.unknown()) })
    .parse(parse(file, { logLevel: 'error' }));
  for (const name of coreSubgraphs) {
    expect(over[name]).toEqual({ profiles: ['four-processes'] });
  }
  const { command, environment } = service.omit({ healthcheck: true }).parse(over.gateway);
  const own = { command, environment: { ...service.parse(services.gateway).environment, ...environment } };
  const provider = resources.use(await startIdentityProvider());
  const legacy = resources.use(start('legacy', secrets, { PORT: '0' }));
  const urlOf = async (system: string) => (await legacy.says(new RegExp(`(http:\\S+/${system})`)))[1] ?? '';
  const operator = {
    ...secrets,
    ...databaseUrls(database),
    ONE_PROCESS_DATABASE_PASSWORD: 'unused',
    ONE_PROCESS_DATABASE_URL: urlAs('patron_graph_one_process', database.url),
    PRS_URL: await urlOf('prs'),
    CMS_URL: await urlOf('cms'),
    CIRC_URL: await urlOf('circ'),
    JWKS_URL: provider.url,
    JWT_ISSUER: 'https://id.example',
    JWT_AUDIENCE: 'patron-graph',
  };
  await migrate(operator);
  const whole = resources.use(start('gateway', operator, { ISSUER_KEYS_DIR: '' }, own));
  const [, port = ''] = await whole.says(/GraphQL +http:\/\/127\.0\.0\.1:(\d+)/);
  expect(await healthOf('gateway', port)).toBe(0);
  expect(whole.output.stderr).not.toContain('not known here');
});

test('circulation reads the endpoints of notices from the library’s folder if the operator sets it', {
  timeout: 180_000,
}, async (context) => {
  await using database = await databaseOrSkip(context);
  await using resources = new AsyncDisposableStack();
  const { path: library } = resources.use(await openTemporaryFolder());
  const operator = {
    ...secrets,
    ...databaseUrls(database),
    WEBHOOKS_FILE: '/etc/patron-graph/webhooks.json',
  };
  await migrate(operator);
  const startCirculation = () => start('circulation', operator, mounted('circulation', library, operator));
  await using without = startCirculation();
  expect(await without.exit).toBe(1);
  expect(without.output.stderr).toContain(join(library, 'webhooks.json'));
  await writeFile(join(library, 'mail'), newSecret());
  const mail = { name: 'mail', url: 'https://mail.example.org/hooks', secretFiles: ['mail'] };
  await writeFile(join(library, 'webhooks.json'), JSON.stringify({ endpoints: [mail] }));
  await using circulation = startCirculation();
  await circulation.says(/at http:\S+\/graphql/);
});

test('sign-in, the pages and SIP2 start with their profiles’ environment, and are healthy', {
  timeout: 180_000,
}, async (context) => {
  await using database = await databaseOrSkip(context);
  await using resources = new AsyncDisposableStack();
  const { path: library } = resources.use(await openTemporaryFolder());
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const files = {
    'clients.json': { clients: [anyClient] },
    'terminals.json': { institution: 'EXAMPLE', libraryName: 'Example Library', terminals: [anyStation] },
    'sip2-key.json': { ...privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' },
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(library, name), JSON.stringify(content));
  }
  const operator = {
    ...secrets,
    SIGN_IN_SECRET: randomBytes(32).toString('hex'),
    WEB_SECRET: randomBytes(32).toString('hex'),
    SIGN_IN_URL: 'https://sign-in.example.org/sign-in',
    WEB_ORIGIN: 'https://library.example.org',
    WEB_READER_ISSUER: 'https://sign-in.example.org/sign-in',
    WEB_READER_CLIENT_ID: 'my-library',
    WEB_READER_CLIENT_SECRET: randomBytes(32).toString('hex'),
    ...databaseUrls(database),
  };
  await migrate(operator);
  for (const name of ['sign-in', 'web', 'sip2']) {
    expect(profilesOf(name)).toEqual([name]);
    const port = String(await freePort());
    const edge = resources.use(start(name, operator, { ...mounted(name, library), PORT: port }));
    await edge.says(/ at .+/);
    expect([name, await healthOf(name, port)]).toEqual([name, 0]);
    expect(await healthOf(name, '1')).toBe(1);
    expect(edge.output.stderr).not.toContain('not known here');
  }
});

test('without the two lines for demonstrations, the gateway runs with production’s checks', () => {
  const { NODE_ENV = '', ALLOW_DEVELOPMENT_ISSUER = '' } = service.parse(services.gateway).environment;
  expect(interpolate(NODE_ENV, {})).toBe('production');
  expect(interpolate(ALLOW_DEVELOPMENT_ISSUER, {})).toBe('');
});

test('only the migration gets the password of the tables’ owner', () => {
  const parts = Object.entries(services).filter(([name]) => !['postgres', 'roles', 'migrate'].includes(name));
  for (const [name, part] of parts) {
    expect(JSON.stringify(part), name).not.toContain('POSTGRES_PASSWORD');
  }
});

test('the gateway gets the URL of each subgraph, and each edge that of the gateway', () => {
  const { environment } = service.parse(services.gateway);
  for (const name of coreSubgraphs) {
    const { PORT } = service.parse(services[name]).environment;
    expect(environment[`${name.toUpperCase()}_URL`]).toBe(`http://${name}:${PORT}`);
  }
  for (const name of ['sign-in', 'web', 'sip2']) {
    const { GRAPH_URL } = service.parse(services[name]).environment;
    expect(GRAPH_URL).toBe(`http://gateway:${environment.PORT}/graphql`);
  }
});

test('the commit is passed to the build, and SHUTDOWN_DELAY_MS to each service', () => {
  const production = z.object({ build: z.object({ args: z.object({ COMMIT: z.string() }) }) });
  for (const name of ['gateway', 'patrons', 'credentials', 'circulation']) {
    expect(interpolate(production.parse(services[name]).build.args.COMMIT, { COMMIT: 'abc' })).toBe('abc');
    const { SHUTDOWN_DELAY_MS = '' } = service.parse(services[name]).environment;
    expect(interpolate(SHUTDOWN_DELAY_MS, { SHUTDOWN_DELAY_MS: '1' })).toBe('1');
    expect(interpolate(SHUTDOWN_DELAY_MS, {})).toBe('');
  }
});
