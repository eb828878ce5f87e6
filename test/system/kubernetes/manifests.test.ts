/** What deploy/kubernetes promises of every pod, read from what kustomize makes of the example. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { closingMs } from '../../../adapters/lifecycle/stop-on-signal.ts';
import {
  containerOf,
  environmentOf,
  type Manifest,
  named,
  nameOf,
  noKustomize,
  ofKind,
  podOf,
  render,
  typeModules,
  type Workload,
  workloads,
} from './manifests.ts';
import { type End, mayConnect } from './network.ts';

const root = join(import.meta.dirname, '../../..');
const namespace = 'patron-graph';
const subgraphs = ['patrons', 'credentials', 'circulation'] as const;
const parts = ['gateway', ...subgraphs] as const;

/** What TypeScript says of the manifests as values of Kubernetes' types: a field that a kind doesn't have is an error. */
function typeErrors(manifests: readonly Manifest[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'patron-graph-manifests-'));
  try {
    const lines = manifests.map((manifest, index) => {
      const { kind } = manifest;
      return [
        `import type { ${kind} as Type${index} } from 'kubernetes-types/${typeModules[kind]}.d.ts';`,
        `export const manifest${index}: Type${index} = ${JSON.stringify(manifest, null, 2)};`,
      ].join('\n');
    });
    writeFileSync(join(folder, 'manifests.ts'), lines.join('\n'));
    const paths = { 'kubernetes-types/*': [join(root, 'node_modules/kubernetes-types/*')] };
    const compilerOptions = {
      ...{ noEmit: true, strict: true, skipLibCheck: true, module: 'nodenext', types: [], paths },
      allowImportingTsExtensions: true,
    };
    const config = join(folder, 'tsconfig.json');
    writeFileSync(config, JSON.stringify({ compilerOptions, files: ['manifests.ts'] }));
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['--project', config], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stdout?: Buffer }).stdout ?? error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(noKustomize !== null)(`deploy/kubernetes ${noKustomize ?? ''}`, () => {
  const manifests = noKustomize === null ? render('overlays/example') : [];
  const deployments = ofKind(manifests, 'Deployment');
  const environment = (name: string) =>
    environmentOf(manifests, containerOf(named(manifests, 'Deployment', name)));

  test('every manifest has the form that its kind has in Kubernetes, and no field that is not known', () => {
    expect(manifests.map(({ kind }) => kind).filter((kind) => !(kind in typeModules))).toEqual([]);
    expect(typeErrors(manifests)).toBe('');
  });

  test('a misspelt field would be noticed', () => {
    const [first] = deployments;
    const text = JSON.stringify(first).replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem');
    expect(typeErrors([JSON.parse(text)])).toContain('readOnlyRootFileSystem');
  });

  test('it deploys each part, with a Service, a disruption budget and an autoscaler', () => {
    expect(deployments.map(nameOf).sort()).toEqual([...parts].sort());
    for (const name of parts) {
      const { spec } = named(manifests, 'Deployment', name);
      const labels = spec?.template.metadata?.labels ?? {};
      const { spec: service } = named(manifests, 'Service', name);
      const { spec: budget } = named(manifests, 'PodDisruptionBudget', name);
      const { spec: scaler } = named(manifests, 'HorizontalPodAutoscaler', name);
      for (const selector of [service?.selector, budget?.selector?.matchLabels, spec?.selector.matchLabels]) {
        expect(labels).toMatchObject(selector ?? { nothing: 'is selected' });
      }
      expect(scaler?.scaleTargetRef).toMatchObject({ kind: 'Deployment', name });
      expect(scaler?.minReplicas).toBeGreaterThanOrEqual(2);
      // The autoscaler has the say. A number here would reset it with each deployment.
      expect(spec).not.toHaveProperty('replicas');
      expect(budget?.maxUnavailable).toBe(1);
      expect(spec?.strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    }
  });

  test.each(workloads(manifests).map((workload) => [nameOf(workload), workload] as const))(
    'a pod of %s may do no more than it must',
    (_name, workload) => {
      expect(podOf(workload)).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 1000,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      });
      const { securityContext, resources } = containerOf(workload);
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        privileged: false,
        readOnlyRootFilesystem: true,
      });
      expect(resources).toEqual({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
    },
  );

  test.each(parts)('a pod of %s is spread, probed, and has the time that it needs to stop', (name) => {
    const workload = named(manifests, 'Deployment', name);
    const pod = podOf(workload);
    const spread = pod.topologySpreadConstraints ?? [];
    expect(spread.map(({ topologyKey }) => topologyKey)).toEqual([
      'kubernetes.io/hostname',
      'topology.kubernetes.io/zone',
    ]);
    for (const { labelSelector } of spread) {
      expect(labelSelector?.matchLabels).toEqual(workload.spec?.selector?.matchLabels);
    }
    const { readinessProbe, livenessProbe, startupProbe } = containerOf(workload);
    expect(readinessProbe?.httpGet?.path).toBe('/health/ready');
    expect(livenessProbe?.httpGet?.path).toBe('/health/live');
    expect(startupProbe?.httpGet?.path).toBe('/health/live');
    const { SHUTDOWN_DELAY_MS = '', REQUEST_TIMEOUT_MS = '' } = environment(name);
    const stoppingMs = Number(SHUTDOWN_DELAY_MS) + Number(REQUEST_TIMEOUT_MS) + closingMs;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(stoppingMs / 1000);
    expect(pod.terminationGracePeriodSeconds).toBeLessThan(stoppingMs / 1000 + 10);
  });

  test('no secret is in a manifest: each is read from a file, and only by whom it concerns', () => {
    for (const workload of workloads(manifests)) {
      const names = Object.keys(environmentOf(manifests, containerOf(workload)));
      expect(names.filter((name) => /(SECRET|PASSWORD|DATABASE_URL)$/.test(name))).toEqual([]);
    }
    const secretsOf = (name: string, kind: 'Deployment' | 'Job' = 'Deployment') =>
      podOf(named(manifests, kind, name)).volumes?.flatMap(
        ({ projected }) => projected?.sources?.map(({ secret }) => secret?.name) ?? [],
      );
    expect(secretsOf('gateway')).toEqual(['subgraph-secret']);
    expect(secretsOf('migrate', 'Job')).toEqual(['journal']);
    expect(secretsOf('patrons')).toEqual(['subgraph-secret', 'journal', 'legacy-passwords']);
    expect(secretsOf('credentials')).toEqual([
      ...['subgraph-secret', 'journal', 'legacy-passwords', 'pseudonym-secret'],
    ]);
  });

  test('the gateway is told where each subgraph listens', () => {
    for (const name of subgraphs) {
      const [port] = named(manifests, 'Service', name).spec?.ports ?? [];
      expect(environment('gateway')[`${name.toUpperCase()}_URL`]).toBe(`http://${name}:${port?.port}`);
      expect(environment(name).PORT).toBe(String(port?.port));
    }
  });

  test('each pod may talk to what it needs, and to nothing else', () => {
    const policies = ofKind(manifests, 'NetworkPolicy');
    const pod = (workload: Workload): End => ({
      namespace,
      labels: workload.spec?.template.metadata?.labels ?? {},
      ports: Object.fromEntries(
        containerOf(workload).ports?.map(({ name = '', containerPort }) => [name, containerPort]) ?? [],
      ),
    });
    const address = (ip: string): End => ({ namespace: null, labels: {}, ip });
    const ends: Readonly<Record<string, readonly [End, number]>> = {
      ...Object.fromEntries(
        workloads(manifests).map((workload) => {
          const end = pod(workload);
          return [nameOf(workload), [end, end.ports?.http ?? 0]];
        }),
      ),
      stranger: [{ namespace: 'default', labels: { 'app.kubernetes.io/name': 'gateway' } }, 80],
      neighbour: [{ namespace, labels: {} }, 80],
      prometheus: [{ namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } }, 80],
      ingress: [{ namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx' } }, 80],
      names: [{ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }, 53],
      postgres: [address('192.0.2.20'), 5432],
      legacy: [address('198.51.100.7'), 443],
      issuer: [address('203.0.113.10'), 443],
      internet: [address('8.8.8.8'), 443],
    };
    const prometheus = { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } };
    const scraped = deployments.filter((workload) =>
      mayConnect(policies, namespace, prometheus, pod(workload), 9464),
    );
    expect(scraped.map(nameOf)).toEqual(deployments.map(nameOf));
    const allowed = Object.entries(ends).flatMap(([from, [source]]) =>
      Object.entries(ends)
        .filter(
          ([to, [target, port]]) => from !== to && mayConnect(policies, namespace, source, target, port),
        )
        // What others do among themselves is not ours to say.
        .filter(([, [target]]) => source.namespace === namespace || target.namespace === namespace)
        .map(([to]) => `${from} > ${to}`),
    );
    const behind = ['legacy', 'names', 'postgres'];
    expect(allowed.sort()).toEqual(
      [
        ...subgraphs.flatMap((name) => [`gateway > ${name}`, ...behind.map((to) => `${name} > ${to}`)]),
        ...['gateway > issuer', 'gateway > names', 'ingress > gateway', 'neighbour > names'],
        ...['migrate > names', 'migrate > postgres'],
      ].sort(),
    );
  });
});
