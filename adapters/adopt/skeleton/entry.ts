import type { Plan } from './plan.ts';

/** Matches the list of adopted systems in `platform/systems.ts`, with its entries and the text around them. */
const list = /(export const addedSystems = \[)([\s\S]*?)(\] as const satisfies readonly SystemEntry\[\];)/;

/**
 * Adds the system's entry to the text of `platform/systems.ts`. If the entry is there already, the text stays the same,
 * because people edit entries.
 * @throws Error if the text has no list of added systems.
 */
export function withEntry(
  registry: string,
  plan: Plan,
  exceptions: Readonly<Record<string, string>>,
): string {
  if (registry.includes(`id: '${plan.systemId}'`)) {
    return registry;
  }
  if (!list.test(registry)) {
    throw new Error('platform/systems.ts has no list of addedSystems');
  }
  return registry.replace(
    list,
    (_, begin: string, entries: string, end: string) =>
      `${begin}${entries.trimEnd()}\n${entryText(plan, exceptions)}\n${end}`,
  );
}

function entryText(
  { id, systemId, mapping, contract }: Plan,
  exceptions: Readonly<Record<string, string>>,
): string {
  const { name, chineseName, inSentence, wsdl, port, security, subgraphPort, simulatorPort } = mapping.system;
  const contractText = [
    `wsdl: ${JSON.stringify(wsdl)}`,
    ...(port === null ? [] : [`port: ${JSON.stringify(port)}`]),
    ...(contract.refused.size === 0 ? [] : [`refused: ${JSON.stringify([...contract.refused.keys()])}`]),
    ...(Object.keys(exceptions).length === 0 ? [] : [`exceptions: ${JSON.stringify(exceptions)}`]),
  ].join(', ');
  const login =
    security === 'none'
      ? "{ kind: 'none' }"
      : `{ kind: 'login', simulated: { user: 'patron-graph', password: '${systemId}-secret' } }`;
  return `  {
    id: '${systemId}',
    name: ${JSON.stringify(name)},
    chineseName: ${JSON.stringify(chineseName)},
    inSentence: ${JSON.stringify(inSentence)},
    isOptional: true,
    adapter: '${id}',
    contract: { ${contractText} },
    security: ${login},
    limits: {},
    callClasses,
    subgraph: { name: '${id}', port: ${subgraphPort} },
    simulator: { path: '/${systemId}', port: ${simulatorPort} },
  },`;
}
