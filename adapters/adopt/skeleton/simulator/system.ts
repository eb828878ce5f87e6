import { camelCase } from '../../words.ts';
import { type Plan, typeNamed } from '../plan.ts';
import { operationEntries, pingEntry } from './answers.ts';
import { quoted } from './markup.ts';
import { isBarePing, recordTypes, rowsName, simulatedOperations, tableName } from './operations.ts';

/** Writes `system.ts`, which `simulators/added-systems.ts` finds by its path. */
export function writeSystem(plan: Plan): string {
  const { systemId, mapping, contract, changes } = plan;
  const all = simulatedOperations(plan);
  const rows = [...operationEntries(plan, all), ...(isBarePing(plan) ? [pingEntry(plan)] : [])];
  const types = recordTypes(plan);
  const written = types.filter(({ name }) =>
    changes.some((change) => typeNamed(plan, change.returns).from.name === name),
  );
  const body = `/**
 * ${mapping.system.inSentence.replace(/^./, (first) => first.toUpperCase())}, simulated: its rows are in memory, and each operation has a template. Made by \`npm run adopt\`;
 * what the vendor's system does besides is to be written here.
 */
export const create = ((_now, login) => {
${types.map((type) => `  const ${tableName(type)} = [...${rowsName(type)}];`).join('\n')}
${written.map((type) => `  /** What was done, by the reference of the request. */\n  const ${camelCase(type.name)}ByReference = new Map<string, ${type.name}Row>();`).join('\n')}
  return createTemplateSystem({
    path: '/${systemId}',
    version: '${contract.port.version}',
    security: '${mapping.system.security}',
    login,
    faultCodes: ${faultCodes(plan)},
    faultDetail,
    operations: {
${rows.join('\n')}
    },
  });
}) satisfies CreateSystem;
`;
  const has = (name: string) => body.includes(`${name}(`);
  const soap = ['createTemplateSystem', 'textAt', 'textsAt'].filter(has);
  const usesFault = body.includes('new TemplateFault');
  return `import type { CreateSystem } from '../added-systems.ts';
  import { ${[soap[0], ...(usesFault ? ['TemplateFault'] : []), ...soap.slice(1)].join(', ')} } from '../template-system.ts';
  import { ${[...written.map(({ name }) => `type ${name}Row`), ...types.map(rowsName)].join(', ')} } from './rows.ts';
  import { faultDetail, ${[...all.map(({ name }) => `${camelCase(name)}Reply`), ...(isBarePing(plan) ? ['pingReply'] : [])].join(', ')} } from './templates.ts';

${body}`;
}

function faultCodes({ mapping }: Plan): string {
  const codes = Object.entries(mapping.faults?.codes ?? {});
  const busy = codes.find(([, meaning]) => meaning === 'busy')?.[0] ?? '';
  const internal = codes.find(([, meaning]) => meaning === 'outcome-unknown')?.[0] ?? '';
  return `{ busy: ${quoted(busy)}, internal: ${quoted(internal)} }`;
}
