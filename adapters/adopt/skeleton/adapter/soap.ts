import { capital } from '../../words.ts';
import type { Plan } from '../plan.ts';

/** Writes `soap.ts`, which makes the adapter. */
export function writeSoap({ mapping, pascal, contract, changes }: Plan): string {
  const { name, security, inSentence } = mapping.system;
  const reads = readsIn(mapping);
  const hasLogin = security !== 'none';
  const parameters = {
    none: ['settings: SystemSettings', ''],
    basic: ['{ user, password, ...settings }: Settings', 'basicAuthentication(user, password)'],
    'username-token': [
      '{ user, password, now = () => new Date(), ...settings }: Settings',
      'wsSecurity([digestToken({ user, password, now, randomBytes })])',
    ],
    'username-token-text': [
      '{ user, password, ...settings }: Settings',
      'wsSecurity([textToken({ user, password })])',
    ],
  }[security];
  const [parameter = '', plugin = ''] = parameters;
  const system = `${pascal}System`;
  return `${security === 'username-token' ? "import { randomBytes } from 'node:crypto';" : ''}
  import type { ByClass } from '../../platform/priority/call-classes.ts';
  import { createSoapClient, portOver, type SystemSettings } from '../soap/client.ts';
${pluginImports[security]}
${changes.length === 0 ? '' : "import { changesOf } from './changes.ts';"}
  import * as vendor from './contract.generated.ts';
  import { reasonOfFault } from './fault-codes.ts';
  import type { ${system} } from './port.ts';
  import { readsOf } from './reads.ts';

${
  hasLogin
    ? `interface Settings extends SystemSettings {
  readonly user: string;
  readonly password: string;
${security === 'username-token' ? "  /** The time for the security header. The machine's by default. */\n  readonly now?: () => Date;\n" : ''}}
`
    : ''
}
/** ${capital(inSentence)} over SOAP ${contract.port.version}. Connects at the first call. */
export function create${pascal}(
  ${parameter},
): ${system} & ByClass<${system}> & AsyncDisposable {
  const client = createSoapClient<vendor.Operations>({
    ...settings,
    system: '${name}',
    contract: vendor.contract,
    // Only these are retried.
    reads: [${reads.map((read) => `'${read}'`).join(', ')}],
    reasonOf: (response) => (response.kind === 'reply' ? null : reasonOfFault(response)),
    ${plugin === '' ? '' : `plugins: [${plugin}],`}
  });
  return portOver(client, (calls): ${system} => (${changes.length === 0 ? 'readsOf(calls)' : '{ ...readsOf(calls), ...changesOf(calls) }'}));
}
`;
}

const pluginImports = {
  none: '',
  basic: "import { basicAuthentication } from '../soap/plugins/basic.ts';",
  'username-token':
    "import { digestToken } from '../soap/plugins/username-token.ts';\nimport { wsSecurity } from '../soap/plugins/ws-security.ts';",
  'username-token-text':
    "import { textToken } from '../soap/plugins/username-token.ts';\nimport { wsSecurity } from '../soap/plugins/ws-security.ts';",
} as const;

/** The operations that the mapping uses for reading. */
function readsIn({ ping, types, queries, patron, changes }: Plan['mapping']): string[] {
  return [
    ...new Set([
      ping.operation,
      ...Object.values(types).flatMap(({ lookup }) => (lookup === null ? [] : [lookup.operation])),
      ...Object.values(queries).flatMap((query) => ('operation' in query ? [query.operation] : [])),
      ...Object.values(patron).map(({ operation }) => operation),
      ...Object.values(changes).map(({ afterTimeout }) => afterTimeout.operation),
    ]),
  ];
}
