/** Compose and the manifests for Kubernetes have every system that the graph needs, as in `platform/systems.ts`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { subgraphVariable } from '../../../gateway/config.ts';
import { type SystemEntry, systems, variablePrefix } from '../../../platform/systems.ts';

const read = (file: string): string => readFileSync(join(import.meta.dirname, '../../..', file), 'utf8');

const variables = z.record(z.string(), z.unknown());
const compose = z
  .object({
    services: z.record(
      z.string(),
      z.object({
        environment: variables.optional(),
        healthcheck: z.object({ test: z.array(z.string()) }).optional(),
      }),
    ),
  })
  .parse(parse(read('docker-compose.yml'), { merge: true })).services;

const environmentOf = (service: string): Readonly<Record<string, unknown>> =>
  compose[service]?.environment ?? {};

/** The systems that every installation has. An optional one is deployed by those who have it. */
const mandatory: readonly SystemEntry[] = systems.filter(({ isOptional }) => !isOptional);

test.each(mandatory)('Compose runs $id, its simulator and its subgraph', (entry) => {
  const { subgraph, simulator, security } = entry;
  const prefix = variablePrefix(entry);
  for (const service of mandatory.map((other) => other.subgraph.name)) {
    const environment = environmentOf(service);
    expect(environment[`${prefix}_URL`]).toBe(
      `\${${prefix}_URL:-http://legacy:${simulator.port}${simulator.path}}`,
    );
    expect(Object.hasOwn(environment, `${prefix}_PASSWORD`)).toBe(security.kind === 'login');
  }
  expect(environmentOf(subgraph.name).PORT).toBe(subgraph.port);
  expect(environmentOf('gateway')[subgraphVariable(entry)]).toBe(`http://${subgraph.name}:${subgraph.port}`);
  expect(compose.legacy?.healthcheck?.test.join(' ')).toMatch(new RegExp(`\\b${simulator.port}\\b`));
});

test.each(mandatory)('the manifests for Kubernetes run the subgraph of $id', (entry) => {
  const { subgraph, security } = entry;
  const prefix = variablePrefix(entry);
  const settings = read('deploy/kubernetes/overlays/example/legacy-systems.env');
  expect(settings).toMatch(new RegExp(`^${prefix}_URL=`, 'm'));
  expect(new RegExp(`^${prefix}_USER=`, 'm').test(settings)).toBe(security.kind === 'login');
  expect(read('deploy/kubernetes/base/legacy-systems.env')).toMatch(
    new RegExp(`^${prefix}_CONNECTIONS=`, 'm'),
  );
  const passwordKey = `\`${entry.id}-password\``;
  expect(read('deploy/kubernetes/README.md').includes(passwordKey)).toBe(security.kind === 'login');
  const gateway = read('deploy/kubernetes/base/gateway.yaml');
  expect(gateway).toContain(
    `{ name: ${subgraphVariable(entry)}, value: http://${subgraph.name}:${subgraph.port} }`,
  );
  const manifest = read(`deploy/kubernetes/base/${subgraph.name}.yaml`);
  expect(manifest).toContain(`command: [node, subgraphs/${subgraph.name}/main.ts]`);
  expect(manifest).toContain(`containerPort: ${subgraph.port} }`);
});
