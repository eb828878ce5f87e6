/** The manifests of every pod, rendered by kustomize from the example of deploy/kubernetes. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Probe } from 'kubernetes-types/core/v1.d.ts';
import { describe, expect, test } from 'vitest';
import { requestTimeoutMs as signInTimeoutMs } from '../../../edge/sign-in/http/create-app.ts';
import { messageTimeoutMs as sip2TimeoutMs } from '../../../edge/sip2/bounds.ts';
import { requestTimeoutMs as webTimeoutMs } from '../../../edge/web/server.ts';
import { heartbeatMs } from '../../../gateway/http/streams/send-stream.ts';
import { closingMs } from '../../../platform/lifecycle/stop-on-signal.ts';
import { coreSubgraphs as subgraphs } from '../../../platform/systems.ts';
import { makeTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
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
  renderWith,
  typeModules,
  workloads,
} from './manifests.ts';

const root = join(import.meta.dirname, '../../..');
const edges = ['sign-in', 'web', 'sip2'] as const;
const services = ['gateway', ...subgraphs, ...edges] as const;

/**
 * The time that an edge waits for open requests when it stops, in ms. The gateway and the subgraphs have a variable for
 * this time.
 */
const requestTimeoutsMs: Readonly<Record<string, number>> = {
  'sign-in': signInTimeoutMs,
  web: webTimeoutMs,
  sip2: sip2TimeoutMs,
};

/** The target of a probe: port and path, such as `http/health/live`, or only a port for a TCP probe. */
const targetOf = ({ httpGet, tcpSocket }: Probe = {}): string =>
  httpGet === undefined ? String(tcpSocket?.port) : `${httpGet.port}${httpGet.path}`;

/** Whether a selector of `kubectl` matches the labels. */
function selects(selector: string, labels: Readonly<Record<string, string>>): boolean {
  const [, key = '', values = ''] = /^(\S+) notin \((.+)\)$/.exec(selector) ?? [];
  if (key !== '') {
    return !values.split(', ').includes(labels[key] ?? '');
  }
  const [name = '', value] = selector.split('=');
  return labels[name] === value;
}

/**
 * The compiler's errors for the manifests, checked as values of Kubernetes' types. A field that a kind doesn't have is
 * such an error.
 */
function typeErrors(manifests: readonly Manifest[]): string {
  using temporary = makeTemporaryFolder();
  const { path: folder } = temporary;
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
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      module: 'nodenext',
      types: [],
      paths,
      allowImportingTsExtensions: true,
    };
    const config = join(folder, 'tsconfig.json');
    writeFileSync(config, JSON.stringify({ compilerOptions, files: ['manifests.ts'] }));
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['--project', config], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stdout?: Buffer }).stdout ?? error);
  }
}

describe.skipIf(noKustomize !== null)(`deploy/kubernetes ${noKustomize ?? ''}`, () => {
  const manifests = noKustomize === null ? render('overlays/example') : [];
  const deployments = ofKind(manifests, 'Deployment');
  const environment = (name: string) =>
    environmentOf(manifests, containerOf(named(manifests, 'Deployment', name)));

  test('every manifest has the form of its Kubernetes kind, and no unknown field', () => {
    expect(manifests.map(({ kind }) => kind).filter((kind) => !(kind in typeModules))).toEqual([]);
    expect(typeErrors(manifests)).toBe('');
  });

  test('the check of fields finds a misspelt field', () => {
    const [first] = deployments;
    const text = JSON.stringify(first).replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem');
    expect(typeErrors([JSON.parse(text)])).toContain('readOnlyRootFileSystem');
  });

  test('every service has a Deployment, a Service, a disruption budget and, except SIP2, an autoscaler', () => {
    expect(deployments.map(nameOf).sort()).toEqual([...services].sort());
    for (const name of services) {
      const { spec } = named(manifests, 'Deployment', name);
      const labels = spec?.template.metadata?.labels ?? {};
      const { spec: service } = named(manifests, 'Service', name);
      const { spec: budget } = named(manifests, 'PodDisruptionBudget', name);
      for (const selector of [service?.selector, budget?.selector?.matchLabels, spec?.selector.matchLabels]) {
        expect(labels).toMatchObject(selector ?? { nothing: 'is selected' });
      }
      expect(budget?.maxUnavailable).toBe(1);
      expect(spec?.strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    }
    const scalers = ofKind(manifests, 'HorizontalPodAutoscaler');
    expect(scalers.map(nameOf).sort()).toEqual(services.filter((name) => name !== 'sip2').sort());
    for (const { metadata, spec } of scalers) {
      const { name = '' } = metadata ?? {};
      expect(spec?.scaleTargetRef).toMatchObject({ kind: 'Deployment', name });
      expect(spec?.minReplicas).toBeGreaterThanOrEqual(2);
      // The autoscaler sets the number of replicas. A fixed number would reset it at every deployment.
      expect(named(manifests, 'Deployment', name).spec).not.toHaveProperty('replicas');
    }
    expect(named(manifests, 'Deployment', 'sip2').spec?.replicas).toBeGreaterThanOrEqual(2);
  });

  test.each(workloads(manifests).map((workload) => [nameOf(workload), workload] as const))(
    'a pod of %s has no unnecessary privileges',
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

  test.each(services)('pods of %s are spread and probed, and get enough time to stop', (name) => {
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
    expect([readinessProbe, livenessProbe, startupProbe].map(targetOf)).toEqual(
      name === 'sip2'
        ? ['metrics/health/ready', 'metrics/health/live', 'metrics/health/live']
        : ['http/health/ready', 'http/health/live', 'http/health/live'],
    );
    const { SHUTDOWN_DELAY_MS = '', REQUEST_TIMEOUT_MS = '' } = environment(name);
    const requestMs = requestTimeoutsMs[name] ?? Number(REQUEST_TIMEOUT_MS);
    const stoppingMs = Number(SHUTDOWN_DELAY_MS) + requestMs + closingMs;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(stoppingMs / 1000);
    expect(pod.terminationGracePeriodSeconds).toBeLessThan(stoppingMs / 1000 + 10);
  });

  test('no manifest contains a secret, and each service reads only its own from files', () => {
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
    expect(secretsOf('patrons')).toEqual([
      'subgraph-secret',
      'journal',
      'patrons-database',
      'legacy-passwords',
    ]);
    expect(secretsOf('credentials')).toEqual([
      'subgraph-secret',
      'journal',
      'credentials-database',
      'legacy-passwords',
      'pseudonym-secret',
    ]);
    const circulationReads = [
      'subgraph-secret',
      'journal',
      'circulation-database',
      'legacy-passwords',
      'mail',
      'notices',
    ];
    expect(secretsOf('circulation')).toEqual(circulationReads);
    for (const name of edges) {
      expect(secretsOf(name)).toEqual([name]);
    }
  });

  test('the README rolls out subgraphs, gateway and edges in this order, and back in reverse', () => {
    const readme = readFileSync(join(root, 'deploy/kubernetes/README.md'), 'utf8');
    const [, forward = '', back = ''] = /## Releases\n(.*?)\nTo go \*\*back(.*?)\n## /s.exec(readme) ?? [];
    const stagesOf = (text: string) =>
      [...text.matchAll(/^apply '(.+)'$/gm)].map(([, selector = '']) =>
        manifests
          .filter(({ metadata: { labels = {} } }) => selects(selector, labels))
          .map(({ kind, metadata: { name } }) => `${kind} ${name}`),
      );
    const deploymentsIn = (stages: readonly (readonly string[])[]) =>
      stages.map((stage) => stage.filter((name) => name.startsWith('Deployment ')).sort());
    const deployed = (names: readonly string[]) => names.map((name) => `Deployment ${name}`).sort();
    const stages = stagesOf(forward);
    const everything = manifests.map(({ kind, metadata: { name } }) => `${kind} ${name}`);
    expect(stages.flat().sort()).toEqual(everything.toSorted());
    expect(deploymentsIn(stages)).toEqual([[], deployed(subgraphs), deployed(['gateway']), deployed(edges)]);
    expect(stages[0]).toContain('Job migrate');
    const reverse = stagesOf(back);
    expect(deploymentsIn(reverse)).toEqual([[], deployed(edges), deployed(['gateway']), deployed(subgraphs)]);
    expect(reverse.flat().sort()).toEqual(everything.filter((name) => name !== 'Job migrate').sort());
  });

  test('the Job that replaces the data key has the configuration of a subgraph, and is in no overlay', () => {
    const added = renderWith('../../jobs/replace-data-key');
    const job = named(added, 'Job', 'replace-data-key');
    const others = added.filter(
      ({ kind, metadata }) => kind !== 'Job' || metadata.name !== 'replace-data-key',
    );
    expect(others).toEqual(manifests);
    expect(typeErrors(added)).toBe('');
    expect(podOf(job)).toMatchObject({ securityContext: { runAsNonRoot: true } });
    expect(containerOf(job)).toMatchObject({
      image: 'registry.example.org/patron-graph:0.3.0',
      securityContext: { readOnlyRootFilesystem: true },
    });
    expect(environmentOf(added, containerOf(job))).toMatchObject({ NODE_ENV: 'production' });
  });

  test('the gateway has the URL at which each subgraph listens', () => {
    for (const name of subgraphs) {
      const [port] = named(manifests, 'Service', name).spec?.ports ?? [];
      expect(environment('gateway')[`${name.toUpperCase()}_URL`]).toBe(`http://${name}:${port?.port}`);
      expect(environment(name).PORT).toBe(String(port?.port));
    }
  });

  test('the edges have the URL of the gateway, and listen on the ports of their Services', () => {
    const [gateway] = named(manifests, 'Service', 'gateway').spec?.ports ?? [];
    expect(gateway?.port).toBe(80);
    for (const name of edges) {
      expect(environment(name).GRAPH_URL).toBe('http://gateway/graphql');
      expect(environment(name).HOST).toBe('0.0.0.0');
      const { ports = [] } = containerOf(named(manifests, 'Deployment', name));
      const [{ targetPort } = {}] = named(manifests, 'Service', name).spec?.ports ?? [];
      const listening = ports.find((port) => port.name === targetPort);
      expect(environment(name).PORT).toBe(String(listening?.containerPort));
    }
  });

  test('the Ingress of the gateway sends each event of a stream on at once, and waits for two heartbeats', () => {
    const annotations = named(manifests, 'Ingress', 'gateway').metadata?.annotations ?? {};
    const nginx = (name: string) => annotations[`nginx.ingress.kubernetes.io/${name}`];
    expect(nginx('proxy-buffering')).toBe('off');
    expect(Number(nginx('proxy-read-timeout')) * 1000).toBeGreaterThan(2 * heartbeatMs);
    expect(Number(nginx('proxy-send-timeout')) * 1000).toBeGreaterThan(2 * heartbeatMs);
  });

  test('the pages have the URL at which every pod of SIP2 tells its terminals', () => {
    const { spec } = named(manifests, 'Service', 'sip2-status');
    expect(environment('web').WEB_SIP2_URL).toBe(`http://sip2-status:${spec?.ports?.[0]?.port}`);
    expect([spec?.clusterIP, spec?.selector]).toEqual([
      'None',
      named(manifests, 'Deployment', 'sip2').spec?.selector.matchLabels,
    ]);
    expect(environment('sip2').METRICS_PORT).toBe(String(spec?.ports?.[0]?.port));
  });
});
