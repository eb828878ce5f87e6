/**
 * deploy/kubernetes without Kubernetes: each container's command runs as a process, in the image's files, with exactly the
 * environment and the mounted files of the example, and may write only where a volume is. Only hosts, ports and the addresses
 * of what is outside are this machine's.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_CREDENTIALS, startSimulators } from '../../../simulators/index.ts';
import { startIdentityProvider } from '../../support/identity-provider.ts';
import { findPostgres } from '../../support/postgres.ts';
import { freePort, type RunningProcess, run } from '../../support/processes.ts';
import { createImageTree } from './image-tree.ts';
import {
  containerOf,
  environmentOf,
  type Manifest,
  named,
  noKustomize,
  podOf,
  render,
  type Workload,
} from './manifests.ts';

const subgraphs = ['patrons', 'credentials', 'circulation'] as const;
const secret = 'a secret of thirty-two characters';

/** What the operator makes beside the manifests, by Secret and key: deploy/kubernetes/README.md has the commands. */
type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

let app: string;
beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'patron-graph-image-'));
  createImageTree(app);
});
afterAll(() => rmSync(app, { recursive: true }));

/** Writes each volume of the pod into a folder of its own; the folders, by the path where the container has them. */
function mountVolumes(
  workload: Workload,
  manifests: readonly Manifest[],
  secrets: Secrets,
  folder: string,
): ReadonlyMap<string, { readonly folder: string; readonly writable: boolean }> {
  const mounts = containerOf(workload).volumeMounts ?? [];
  const entries = mounts.map(({ name, mountPath, readOnly = false }) => {
    const volume = podOf(workload).volumes?.find((one) => one.name === name) ?? expect.fail(name);
    const files: Record<string, string> = {};
    for (const { secret: source } of volume.projected?.sources ?? []) {
      const keys = secrets[source?.name ?? ''] ?? expect.fail(`Secret ${source?.name}`);
      const items = source?.items ?? Object.keys(keys).map((key) => ({ key, path: key }));
      for (const { key, path } of items) {
        files[path] = keys[key] ?? expect.fail(`${key} of Secret ${source?.name}`);
      }
    }
    for (const { key, path } of volume.configMap?.items ?? []) {
      const data = named(manifests, 'ConfigMap', volume.configMap?.name ?? '').data ?? {};
      files[path] = data[key] ?? expect.fail(`${key} of ConfigMap ${volume.configMap?.name}`);
    }
    const mounted = join(folder, name);
    mkdirSync(mounted, { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(join(mounted, file), text);
    }
    return [mountPath, { folder: mounted, writable: !readOnly }] as const;
  });
  return new Map(entries);
}

/** A container as a process. `here`: what is this machine's. */
function start(
  workload: Workload,
  manifests: readonly Manifest[],
  secrets: Secrets,
  here: NodeJS.ProcessEnv,
): RunningProcess {
  const container = containerOf(workload);
  const folder = mkdtempSync(join(dirname(app), 'patron-graph-volumes-'));
  const mounts = mountVolumes(workload, manifests, secrets, folder);
  const path = (value: string) => {
    const [mountPath, mount] = [...mounts].find(([prefix]) => value.startsWith(`${prefix}/`)) ?? [];
    return mount === undefined ? value : value.replace(mountPath ?? '', mount.folder);
  };
  const env = Object.entries(environmentOf(manifests, container)).map(([name, value]) => [name, path(value)]);
  // A read-only root: Node itself refuses to write elsewhere.
  const writable = [...mounts.values()].filter((mount) => mount.writable);
  const permissions = [
    ...['--permission', '--allow-fs-read=*', '--allow-addons', '--allow-child-process', '--allow-worker'],
    ...writable.map((mount) => `--allow-fs-write=${mount.folder}`),
  ];
  const [node, file = '', ...args] = container.command ?? [];
  expect(node).toBe('node');
  const child = run(
    file,
    {
      ...Object.fromEntries(env),
      ...{ HOST: '127.0.0.1', METRICS_PORT: '0', ...here },
      NODE_PRESERVE_SYMLINKS: '1',
      NODE_OPTIONS: permissions.join(' '),
    },
    args,
    app,
  );
  return {
    ...child,
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Asks a probe of the container until it succeeds, as often as Kubernetes would. */
async function probe(
  workload: Workload,
  kind: 'startupProbe' | 'livenessProbe' | 'readinessProbe',
  port: number,
  { exit, output }: RunningProcess,
) {
  const { [kind]: wanted = expect.fail(kind), ports = [] } = containerOf(workload);
  expect(ports.map(({ name }) => name)).toContain(wanted.httpGet?.port);
  const url = `http://127.0.0.1:${port}${wanted.httpGet?.path}`;
  const answers = expect
    .poll(() => fetch(url).then(({ status }) => status, String), { timeout: 60_000, interval: 200 })
    .toBe(200);
  const ended = exit.then((code) => expect.fail(`ended with ${code}:\n${output.stderr}`));
  await Promise.race([answers, ended]);
}

describe.skipIf(noKustomize !== null)(`the example of deploy/kubernetes ${noKustomize ?? ''}`, () => {
  test('its containers start with what it gives them, find each other, are ready and end with 0', {
    timeout: 180_000,
  }, async ({ skip }) => {
    await using postgres = await findPostgres();
    if ('reason' in postgres) {
      return skip(`no PostgreSQL: ${postgres.reason}`);
    }
    await using resources = new AsyncDisposableStack();
    const database = resources.use(await postgres.createDatabase());
    const { cms, circ } = DEFAULT_CREDENTIALS;
    const legacy = resources.use(await startSimulators());
    const issuer = resources.use(await startIdentityProvider());
    const secrets: Secrets = {
      'subgraph-secret': { 'subgraph-secret': secret },
      journal: { 'database-url': database.url, 'journal-secret': secret },
      'legacy-passwords': { 'cms-password': cms.password, 'circ-password': circ.password },
      'pseudonym-secret': { 'pseudonym-secret': secret },
    };
    // The issuer's keys are the one thing that a file, not a variable, says of the outside.
    const manifests = JSON.parse(
      JSON.stringify(render('overlays/example')).replaceAll(
        /https:\/\/login\.example\.org[^"\\]*certs/g,
        issuer.url,
      ),
    ) as readonly Manifest[];
    const systems = {
      ...{ PRS_URL: legacy.prs.url, CMS_URL: legacy.cms.url, CIRC_URL: legacy.circ.url },
      ...{ CMS_USER: cms.user, CIRC_USER: circ.user },
    };
    const ports: Record<string, number> = {};
    const started = new Map<string, RunningProcess>();
    const startNamed = async (name: string, here: NodeJS.ProcessEnv) => {
      const port = await freePort();
      ports[name] = port;
      const workload = named(manifests, 'Deployment', name);
      started.set(name, resources.use(start(workload, manifests, secrets, { ...here, PORT: String(port) })));
    };
    await using migration = start(named(manifests, 'Job', 'migrate'), manifests, secrets, {});
    expect(await migration.exit, migration.output.stderr).toBe(0);
    expect(migration.output.stderr).not.toMatch(/not known here|ERR_ACCESS_DENIED/);
    for (const name of subgraphs) {
      await startNamed(name, systems);
    }
    const urls = subgraphs.map((name) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${ports[name]}`]);
    await startNamed('gateway', Object.fromEntries(urls));

    for (const [name, port] of Object.entries(ports)) {
      const workload = named(manifests, 'Deployment', name);
      const process = started.get(name) ?? expect.fail(name);
      for (const kind of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
        await probe(workload, kind, port, process);
      }
    }
    const { dependencies } = await fetch(`http://127.0.0.1:${ports.gateway}/health/dependencies`).then(
      (response) => response.json() as Promise<{ dependencies: Record<string, string> }>,
    );
    expect(Object.entries(dependencies).filter(([, state]) => state !== 'up')).toEqual([]);
    expect(Object.keys(dependencies)).toEqual(
      expect.arrayContaining([...subgraphs.map((name) => `${name} subgraph`), 'issuer readers']),
    );

    const exits = [...started].map(async ([name, { child, exit, output }]) => {
      child.kill('SIGTERM');
      const code = await exit;
      // Nothing that was read is unknown to the part, and nothing was to be written to the image.
      expect(output.stderr).not.toMatch(/not known here|ERR_ACCESS_DENIED/);
      return [name, code];
    });
    expect(Object.fromEntries(await Promise.all(exits))).toEqual({
      ...{ patrons: 0, credentials: 0, circulation: 0, gateway: 0 },
    });
  });
});
