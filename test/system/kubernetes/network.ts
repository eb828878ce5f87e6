/** Evaluates network policies as Kubernetes does. */
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from 'kubernetes-types/networking/v1.d.ts';

type Labels = Readonly<Record<string, string>>;

/** One end of a connection: a pod, or an address outside the cluster. */
export interface End {
  /** The pod's namespace, or null outside the cluster. */
  readonly namespace: string | null;
  readonly labels: Labels;
  readonly ports?: Readonly<Record<string, number>>;
  /** The address of an end outside the cluster. */
  readonly ip?: string;
}

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([name, value]) => labels[name] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') {
        throw new Error(`this test does not know the operator ${operator}`);
      }
      return values.includes(labels[key] ?? '');
    })
  );
}

const numberOf = (ip: string): number =>
  ip.split('.').reduce((number, part) => number * 256 + Number(part), 0);

function isWithin(ip: string, cidr: string): boolean {
  const [network = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(ip) / size) === Math.floor(numberOf(network) / size);
}

function isPeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  end: End,
  own: string,
): boolean {
  if (ipBlock !== undefined) {
    return end.ip !== undefined && isWithin(end.ip, ipBlock.cidr);
  }
  if (end.namespace === null) {
    return false;
  }
  const inNamespace =
    namespaceSelector === undefined
      ? end.namespace === own
      : selects(namespaceSelector, { 'kubernetes.io/metadata.name': end.namespace });
  return inNamespace && selects(podSelector ?? {}, end.labels);
}

function isPort({ protocol = 'TCP', port, endPort }: NetworkPolicyPort, wanted: number, to: End): boolean {
  const first = typeof port === 'string' ? to.ports?.[port] : port;
  return protocol === 'TCP' && first !== undefined && wanted >= first && wanted <= (endPort ?? first);
}

/** Whether the policies of `namespace` allow a TCP connection from `from` to that port of `to`. */
export function mayConnect(
  policies: readonly NetworkPolicy[],
  namespace: string,
  from: End,
  to: End,
  port: number,
): boolean {
  const allows = (direction: 'Ingress' | 'Egress', own: End, other: End): boolean => {
    const applying = policies.filter(
      ({ spec }) =>
        own.namespace === namespace &&
        spec?.policyTypes?.includes(direction) &&
        selects(spec.podSelector, own.labels),
    );
    // A pod that no policy selects is not restricted.
    if (applying.length === 0) {
      return true;
    }
    return applying.some(({ spec }) => {
      const rules = [
        ...(direction === 'Egress' ? (spec?.egress ?? []) : []).map(({ to: peers, ports }) => ({
          peers,
          ports,
        })),
        ...(direction === 'Ingress' ? (spec?.ingress ?? []) : []).map(({ from: peers, ports }) => ({
          peers,
          ports,
        })),
      ];
      return rules.some(
        ({ peers, ports }) =>
          (peers === undefined || peers.some((peer) => isPeer(peer, other, namespace))) &&
          (ports === undefined || ports.some((one) => isPort(one, port, to))),
      );
    });
  };
  return allows('Egress', from, to) && allows('Ingress', to, from);
}
