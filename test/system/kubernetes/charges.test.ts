/** The component for a library that has a payment system. No other manifest has its subgraph. */
import { describe, expect, test } from 'vitest';
import { systemOf } from '../../../platform/systems.ts';
import {
  containerOf,
  environmentOf,
  named,
  noKustomize,
  ofKind,
  podOf,
  render,
  renderWith,
} from './manifests.ts';

describe.skipIf(noKustomize !== null)('the component charges', () => {
  const { port, name } = systemOf('rps').subgraph;
  const environmentIn = (manifests: ReturnType<typeof render>, workload: string) =>
    environmentOf(manifests, containerOf(named(manifests, 'Deployment', workload)));

  test('adds the subgraph, with the settings and rights of the others, and tells the gateway of it', () => {
    const manifests = renderWith('../../components/charges', 'components');
    expect(environmentIn(manifests, 'gateway').CHARGES_URL).toBe(`http://${name}:${port}`);
    const { PORT, BRANCHES_FILE, ...others } = environmentIn(manifests, name);
    expect(PORT).toBe(String(port));
    expect(BRANCHES_FILE).toBe(environmentIn(manifests, 'circulation').BRANCHES_FILE);
    const { PORT: _, ...ofPatrons } = environmentIn(manifests, 'patrons');
    expect(others).toEqual(ofPatrons);
    const deployment = named(manifests, 'Deployment', name);
    const secrets = podOf(deployment).volumes?.[0]?.projected?.sources?.map(({ secret }) => secret?.name);
    expect(secrets).toContain('rps-password');
    expect(podOf(deployment).securityContext).toEqual(
      podOf(named(manifests, 'Deployment', 'patrons')).securityContext,
    );
    expect(containerOf(deployment).resources).toEqual(
      containerOf(named(manifests, 'Deployment', 'patrons')).resources,
    );
    expect(named(manifests, 'NetworkPolicy', 'gateway-to-charges').spec?.egress?.[0]?.ports).toEqual([
      { protocol: 'TCP', port },
    ]);
  });

  test('is not in the example, whose gateway has the graph without it', () => {
    const manifests = render('overlays/example');
    expect(environmentIn(manifests, 'gateway').CHARGES_URL).toBeUndefined();
    expect(ofKind(manifests, 'Deployment').map(({ metadata }) => metadata?.name)).not.toContain(name);
  });
});
