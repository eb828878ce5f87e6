/** Runs a container of a manifest as a process on this machine. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { freePort, type RunningProcess, run } from '../../support/processes.ts';
import { makeTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { containerOf, environmentOf, type Manifest, named, podOf, type Workload } from './manifests.ts';

/**
 * The values of the Secrets that an operator creates, by name and key. deploy/kubernetes/README.md has the commands.
 */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The cluster's content. `app` is the folder with the files of the image. */
export interface Cluster {
  readonly app: string;
  readonly manifests: readonly Manifest[];
  readonly secrets: Secrets;
}

type Volume = NonNullable<ReturnType<typeof podOf>['volumes']>[number];

function filesOf({ projected, configMap }: Volume, { manifests, secrets }: Cluster): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { secret: source } of projected?.sources ?? []) {
    const keys = secrets[source?.name ?? ''] ?? expect.fail(`Secret ${source?.name}`);
    const items = source?.items ?? Object.keys(keys).map((key) => ({ key, path: key }));
    for (const { key, path } of items) {
      files[path] = keys[key] ?? expect.fail(`${key} of Secret ${source?.name}`);
    }
  }
  if (configMap !== undefined) {
    const data = named(manifests, 'ConfigMap', configMap.name ?? '').data ?? {};
    const items = configMap.items ?? Object.keys(data).map((key) => ({ key, path: key }));
    for (const { key, path } of items) {
      files[path] = data[key] ?? expect.fail(`${key} of ConfigMap ${configMap.name}`);
    }
  }
  return files;
}

interface Mounted {
  /** The folders to which the container may write. */
  readonly writable: readonly string[];
  /** Replaces the container's paths in a text with paths on this machine. */
  here(text: string): string;
}

/** Writes each volume of the pod to a folder of its own in `folder`. */
function mountVolumes(workload: Workload, cluster: Cluster, folder: string): Mounted {
  const mounts = containerOf(workload).volumeMounts ?? [];
  const here = (text: string) =>
    mounts.reduce(
      (rest, { name, mountPath }) =>
        rest.replaceAll(new RegExp(`${mountPath}(?=/|$)`, 'gm'), join(folder, name)),
      text,
    );
  for (const { name } of mounts) {
    const volume = podOf(workload).volumes?.find((one) => one.name === name) ?? expect.fail(name);
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(filesOf(volume, cluster))) {
      writeFileSync(join(folder, name, file), here(text));
    }
  }
  const writable = mounts.filter(({ readOnly = false }) => !readOnly).map(({ name }) => join(folder, name));
  return { here, writable };
}

/** Starts a container. `variables` override those of the manifest with this machine's values. */
export function startContainer(
  workload: Workload,
  cluster: Cluster,
  variables: NodeJS.ProcessEnv,
): RunningProcess {
  const container = containerOf(workload);
  const folder = makeTemporaryFolder();
  const mounted = mountVolumes(workload, cluster, folder.path);
  const given = Object.entries(environmentOf(cluster.manifests, container));
  const env = given.map(([name, value]) => [name, mounted.here(value)]);
  // Simulates a read-only root file system: Node may write only to the volumes.
  const permissions = [
    '--permission',
    '--allow-fs-read=*',
    '--allow-addons',
    '--allow-child-process',
    '--allow-worker',
    ...mounted.writable.map((path) => `--allow-fs-write=${path}`),
  ];
  const [node, file = '', ...args] = container.command ?? [];
  expect(node).toBe('node');
  const child = run(
    file,
    {
      ...Object.fromEntries(env),
      ...variables,
      NODE_PRESERVE_SYMLINKS: '1',
      NODE_OPTIONS: permissions.join(' '),
    },
    args,
    cluster.app,
  );
  return {
    ...child,
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** The ports of a service on this machine, and the variables that set them. */
export interface LocalPorts {
  /** The port numbers on this machine, by the port's name in the container. */
  readonly ports: Readonly<Record<string, number>>;
  readonly variables: NodeJS.ProcessEnv;
}

/** Finds a free port for each port of the container. */
export async function localPortsFor(workload: Workload): Promise<LocalPorts> {
  const names = containerOf(workload).ports?.map((port) => port.name ?? '') ?? [];
  const ports = Object.fromEntries(
    await Promise.all(names.map(async (port) => [port, await freePort()] as const)),
  );
  const { metrics, ...own } = ports;
  const [port] = Object.values(own);
  const variables = { HOST: '127.0.0.1', METRICS_PORT: String(metrics), PORT: String(port) };
  return { ports, variables };
}

/** Repeats a probe of the container until it succeeds, as often as Kubernetes would. */
export async function probe(
  workload: Workload,
  kind: 'startupProbe' | 'livenessProbe' | 'readinessProbe',
  { ports }: LocalPorts,
  { exit, output }: RunningProcess,
): Promise<void> {
  const { httpGet, tcpSocket } = containerOf(workload)[kind] ?? expect.fail(kind);
  const port = ports[(httpGet ?? tcpSocket)?.port ?? ''] ?? expect.fail(`${kind}: no such port`);
  const ask = async () =>
    httpGet === undefined
      ? await accepts(port)
      : await fetch(`http://127.0.0.1:${port}${httpGet.path}`).then(({ ok }) => ok);
  const answers = expect.poll(() => ask().catch(String), { timeout: 60_000, interval: 200 }).toBe(true);
  const ended = exit.then((code) => expect.fail(`ended with ${code}:\n${output.stderr}`));
  await Promise.race([answers, ended]);
}

const accepts = (port: number): Promise<true> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', reject);
  });
