/** The output of `kustomize build`, with types. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.d.ts';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import type { ConfigMap, Container, Namespace, Service, ServiceAccount } from 'kubernetes-types/core/v1.d.ts';
import type { Ingress, NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts';
import { expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { makeTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');

/** The module in `kubernetes-types` for each kind of manifest. */
export const typeModules = {
  ConfigMap: 'core/v1',
  Deployment: 'apps/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  Ingress: 'networking/v1',
  Job: 'batch/v1',
  Namespace: 'core/v1',
  NetworkPolicy: 'networking/v1',
  PodDisruptionBudget: 'policy/v1',
  Service: 'core/v1',
  ServiceAccount: 'core/v1',
} as const;

/** The type of each kind. manifests.test.ts checks with the compiler that the documents have these types. */
interface Kinds {
  readonly ConfigMap: ConfigMap;
  readonly Deployment: Deployment;
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  readonly Ingress: Ingress;
  readonly Job: Job;
  readonly Namespace: Namespace;
  readonly NetworkPolicy: NetworkPolicy;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly Service: Service;
  readonly ServiceAccount: ServiceAccount;
}
export type Kind = keyof Kinds;

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

/** The reason why nothing can be rendered here, or null if kustomize is installed. */
export const noKustomize: string | null =
  spawnSync('kustomize', ['version']).error === undefined ? null : 'kustomize is not installed';
if (noKustomize !== null) {
  process.stderr.write(`skipped: deploy/kubernetes: ${noKustomize}\n`);
}

const deployment = join(root, 'deploy/kubernetes');

/** Renders a folder of `deploy/kubernetes/`. */
export const render = (folder: string): readonly Manifest[] => build(join(deployment, folder));

/** Renders the example with one more resource or component, such as `../../jobs/replace-data-key`. */
export function renderWith(
  added: string,
  list: 'resources' | 'components' = 'resources',
): readonly Manifest[] {
  using copy = makeTemporaryFolder();
  cpSync(deployment, copy.path, { recursive: true });
  const overlay = join(copy.path, 'overlays/example');
  const file = join(overlay, 'kustomization.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(`${list}:\n`, `${list}:\n  - ${added}\n`));
  return build(overlay);
}

function build(folder: string): readonly Manifest[] {
  const text = execFileSync('kustomize', ['build', folder], { encoding: 'utf8' });
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

export const ofKind = <K extends Kind>(manifests: readonly Manifest[], kind: K): readonly Kinds[K][] =>
  manifests.filter((manifest) => manifest.kind === kind) as unknown as readonly Kinds[K][];

export const named = <K extends Kind>(manifests: readonly Manifest[], kind: K, name: string): Kinds[K] =>
  ofKind(manifests, kind).find(({ metadata }) => metadata?.name === name) ?? expect.fail(`${kind} ${name}`);

export type Workload = Deployment | Job;
export const workloads = (manifests: readonly Manifest[]): readonly Workload[] => [
  ...ofKind(manifests, 'Deployment'),
  ...ofKind(manifests, 'Job'),
];

export const nameOf = ({ metadata }: { readonly metadata?: { readonly name?: string } }): string =>
  metadata?.name ?? expect.fail('no name');

export const podOf = ({ spec }: Workload) => spec?.template.spec ?? expect.fail('no pod');

/** The only container of a workload's pods. */
export function containerOf(workload: Workload): Container {
  const [container, ...others] = podOf(workload).containers;
  expect(others).toEqual([]);
  return container ?? expect.fail('no container');
}

/** A container's environment variables by name. Its own variables override those of ConfigMaps, as in Kubernetes. */
export function environmentOf(
  manifests: readonly Manifest[],
  { env = [], envFrom = [] }: Container,
): Readonly<Record<string, string>> {
  const maps = envFrom.map(
    ({ configMapRef }) => named(manifests, 'ConfigMap', configMapRef?.name ?? '').data ?? {},
  );
  const own = env.map(({ name, value = '', valueFrom }) => {
    const { name: map = '', key = '' } = valueFrom?.configMapKeyRef ?? {};
    return [name, map === '' ? value : (named(manifests, 'ConfigMap', map).data?.[key] ?? '')] as const;
  });
  return Object.assign({}, ...maps, Object.fromEntries(own));
}
