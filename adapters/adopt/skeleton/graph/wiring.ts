import { lookupMethod, type Plan } from '../plan.ts';

/** Writes `context.ts`: what the resolvers of a request share. */
export function writeContext({ id, pascal, changes, patronFields }: Plan): string {
  const services = ['readonly audit: ReadingAudit;', `readonly ${id}: ${pascal}System;`];
  const base = changes.length === 0 ? '' : ' extends SingleChangeServices';
  return `import type { ${pascal}System } from '../../adapters/${id}/port.ts';
  import type { ReadingAudit } from '../../store/journal/port.ts';
  import type { RecordOpening } from '../operations/reading-audit.ts';
${changes.length === 0 ? '' : "import type { SingleChangeServices } from '../operations/adopted/single-change.ts';"}
  import type { Caller } from '../runtime/caller.ts';
  import type { Loaders } from './loaders.ts';

/** The services of this subgraph. */
export interface ${pascal}Services${base} {
  ${services.join('\n  ')}
}

/** The data and services that the resolvers of one request share. They don't outlive the request. */
export interface ${pascal}Context extends Loaders {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly services: ${pascal}Services;
  readonly recordOpening: RecordOpening;
}
${
  patronFields.length === 0
    ? ''
    : `
/** The federation key of a patron. */
export interface PatronReference {
  readonly id: string;
}
`
}`;
}

/**
 * Writes `loaders.ts`: in one request, each record is read only once, and one call reads as many records as possible.
 */
export function writeLoaders({ id, pascal, types, patronFields }: Plan): string {
  const keyed = types.filter(({ lookup }) => lookup !== null);
  const records = [
    ...new Set([...keyed.map(({ name }) => name), ...patronFields.map(({ returns }) => returns)]),
  ];
  const loaders = [
    ...keyed.map(({ name }) => [lookupMethod(name), `${name} | null`] as const),
    ...patronFields.map(
      ({ method, returns, list }) => [method, list ? `readonly ${returns}[]` : `${returns} | null`] as const,
    ),
  ];
  return `import type DataLoader from 'dataloader';
  import type { ${[...records, `${pascal}System`].join(', ')} } from '../../adapters/${id}/port.ts';
  import { createLoader } from '../runtime/loaders/loader.ts';

/** The loaders of one request, by the port's methods. */
export interface Loaders {
${loaders.map(([name, value]) => `  readonly ${name}: DataLoader<string, ${value}>;`).join('\n')}
}

export const createLoaders = (${id}: ${pascal}System, signal: AbortSignal): Loaders => ({
${loaders.map(([name]) => `  ${name}: createLoader('${name}', (keys) => ${id}.${name}(keys, signal)),`).join('\n')}
});
`;
}

/** Writes `open.ts`, which `subgraphs/added-systems.ts` finds by its path, and `main.ts`, the process. */
export function writeOpen({ id, pascal, mapping }: Plan): string {
  const login = mapping.system.security !== 'none';
  return `import { create${pascal} } from '../../adapters/${id}/soap.ts';
  import type { OpenAdded } from '../added-systems.ts';
${login ? "import type { LegacyLogin } from '../runtime/environment/legacy-systems.ts';" : ''}
  import { ${id}Subgraph } from './resolvers.ts';

/** Opens the adapter and the subgraph. The adapter is closed with \`resources\`. */
export const open: OpenAdded${login ? '<LegacyLogin>' : ''} = (settings, { servicesOf }, resources) => {
  const ${id} = resources.use(create${pascal}(settings));
  return {
    definition: ${id}Subgraph(${id}.forClass, servicesOf),
    ping: (signal) => ${id}.ping(signal),
  };
};
`;
}

export const writeMain = ({ systemId }: Plan): string =>
  [
    "import { systemOf } from '../../platform/systems.ts';",
    "import { runAdded } from '../added-systems.ts';",
    '',
    `await runAdded(systemOf('${systemId}'));`,
    '',
  ].join('\n');
