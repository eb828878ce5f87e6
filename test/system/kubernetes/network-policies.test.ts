/** The connections that deploy/kubernetes allows, computed from the network policies of the rendered example. */
import { describe, expect, test } from 'vitest';
import { coreSubgraphs as subgraphs } from '../../../platform/systems.ts';
import {
  containerOf,
  nameOf,
  noKustomize,
  ofKind,
  render,
  renderWith,
  type Workload,
  workloads,
} from './manifests.ts';
import { type End, mayConnect } from './network.ts';

const namespace = 'patron-graph';
const edges = ['sign-in', 'web', 'sip2'] as const;

/** A pod of another deployment, with this name as its label. */
const other = (itsNamespace: string, name: string): End => ({
  namespace: itsNamespace,
  labels: { 'app.kubernetes.io/name': name },
});
const address = (ip: string): End => ({ namespace: null, labels: {}, ip });

/**
 * The ends of connections that are not pods of our workloads. They are in the cluster or outside. Each has the port at
 * which it accepts connections.
 */
const others: Readonly<Record<string, readonly [End, number]>> = {
  stranger: [other('default', 'gateway'), 80],
  neighbour: [{ namespace, labels: {} }, 80],
  prometheus: [other('monitoring', 'prometheus'), 80],
  collector: [other('monitoring', 'opentelemetry-collector'), 4318],
  ingress: [other('ingress-nginx', 'ingress-nginx'), 443],
  names: [{ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }, 53],
  postgres: [address('192.0.2.20'), 5432],
  legacy: [address('198.51.100.7'), 443],
  issuer: [address('203.0.113.10'), 443],
  ebooks: [address('203.0.113.80'), 443],
  webhook: [address('203.0.113.90'), 443],
  smtp: [address('203.0.113.95'), 465],
  terminal: [address('10.20.1.7'), 80],
  internet: [address('8.8.8.8'), 443],
};

describe.skipIf(noKustomize !== null)(`the policies of deploy/kubernetes ${noKustomize ?? ''}`, () => {
  const manifests = noKustomize === null ? renderWith('../../jobs/replace-data-key') : [];
  const policies = ofKind(manifests, 'NetworkPolicy');
  const portsOf = (workload: Workload): Readonly<Record<string, number>> =>
    Object.fromEntries(
      containerOf(workload).ports?.map(({ name = '', containerPort }) => [name, containerPort]) ?? [],
    );
  const podOf = (workload: Workload): End => ({
    namespace,
    labels: workload.spec?.template.metadata?.labels ?? {},
    ports: portsOf(workload),
  });
  const pods = workloads(manifests).map((workload) => {
    const { http, sip2 } = portsOf(workload);
    return [nameOf(workload), [podOf(workload), http ?? sip2 ?? 0]] as const;
  });

  test('each pod may connect to what it needs, and to nothing else', () => {
    const ends = Object.entries({ ...others, ...Object.fromEntries(pods) });
    const allowed = ends.flatMap(([from, [source]]) =>
      ends
        .filter(
          ([to, [target, port]]) => from !== to && mayConnect(policies, namespace, source, target, port),
        )
        // Our policies don't cover connections between two ends that are both outside our namespace.
        .filter(([, [target]]) => source.namespace === namespace || target.namespace === namespace)
        .map(([to]) => `${from} > ${to}`),
    );
    const needs: Readonly<Record<string, readonly string[]>> = {
      ...Object.fromEntries(subgraphs.map((name) => [name, ['collector', 'legacy', 'names', 'postgres']])),
      circulation: ['collector', 'legacy', 'names', 'postgres', 'smtp', 'webhook'],
      gateway: [...subgraphs, 'collector', 'ingress', 'issuer', 'names'],
      'sign-in': ['collector', 'ebooks', 'gateway', 'ingress', 'names', 'postgres'],
      web: ['collector', 'gateway', 'ingress', 'issuer', 'names', 'postgres'],
      sip2: ['collector', 'gateway', 'names'],
      migrate: ['names', 'postgres'],
      'replace-data-key': ['names', 'postgres'],
      neighbour: ['names'],
      ingress: ['gateway', 'sign-in', 'web'],
      terminal: ['sip2'],
    };
    const needed = Object.entries(needs).flatMap(([from, names]) => names.map((to) => `${from} > ${to}`));
    expect(allowed.sort()).toEqual(needed.sort());
  });

  test('Prometheus can read the metrics of every service, the pages those of SIP2, and nobody else can', () => {
    const readersOf = (workload: Workload): readonly string[] =>
      Object.entries({ ...others, ...Object.fromEntries(pods) })
        .filter(([name, [source]]) => name !== nameOf(workload) && mayRead(source, podOf(workload)))
        .map(([name]) => name);
    const mayRead = (source: End, pod: End) => mayConnect(policies, namespace, source, pod, 9464);
    const deployments = ofKind(manifests, 'Deployment');
    expect(deployments.map(nameOf)).toEqual(expect.arrayContaining(['gateway', ...subgraphs, ...edges]));
    for (const deployment of deployments) {
      const readers = nameOf(deployment) === 'sip2' ? ['prometheus', 'web'] : ['prometheus'];
      expect([nameOf(deployment), readersOf(deployment)]).toEqual([nameOf(deployment), readers]);
    }
  });

  test('without the optional components, nobody reads metrics and no traces are sent', () => {
    const base = ofKind(render('base'), 'NetworkPolicy');
    for (const [, [pod]] of pods) {
      const [prometheus] = others.prometheus ?? expect.fail();
      const [collector, port] = others.collector ?? expect.fail();
      expect(mayConnect(base, namespace, prometheus, pod, 9464)).toBe(false);
      expect(mayConnect(base, namespace, pod, collector, port)).toBe(false);
    }
  });
});
