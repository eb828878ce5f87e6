import { capital } from '../../words.ts';
import { refusalsOf } from '../adapter/port.ts';
import type { ChangePlan, PatronFieldPlan, Plan, TypePlan, ValuePlan } from '../plan.ts';
import { typeNamed } from '../plan.ts';
import { graphType, inputType } from '../values.ts';

/** The maximum length of a line of a description. */
const maxColumns = 120;

export function writeSdl(plan: Plan): string {
  const { types, enums, patronFields, changes, pascal } = plan;
  return [
    'extend schema\n  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes"])',
    accessDirective,
    ...scalars(plan),
    `type Query {\n${queries(plan).join('\n')}\n}`,
    ...(changes.length === 0
      ? []
      : [`type Mutation {\n${changes.map((change) => mutation(change)).join('\n')}\n}`]),
    ...(patronFields.length === 0
      ? []
      : [
          `type Patron @key(fields: "id") {\n  id: ID!\n${patronFields.map((field) => patronField(field)).join('\n')}\n}`,
        ]),
    ...types.map(objectType),
    ...[...enums].map(([name, values]) =>
      enumType(name, `A value that the system has for \`${name}\`.`, values),
    ),
    ...changes.flatMap((change) => changeTypes(plan, change)),
    ...(changes.length === 0 ? [] : operationTypes(plan, pascal)),
  ]
    .join('\n\n')
    .concat('\n');
}

const accessDirective = `"Who may have a field, as its resolver checks it: see \`schema/patrons.graphql\`."
directive @access(
  "The patron whose data it is needs no scope."
  own: Boolean! = false
  "With one of these scopes: of any patron."
  scopes: [String!]! = []
  "With one of these scopes: of the reader whose card number and PIN are given."
  withPin: [String!]! = []
) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION`;

function scalars({ types, queries, changes }: Plan): string[] {
  const values = [
    ...types.flatMap(({ fields }) => fields),
    ...[...queries, ...changes].flatMap((one) => one.values),
  ];
  const used = new Set(values.map((value) => graphType(value).replace(/[[\]!]/g, '')));
  const scalar = (name: string) =>
    used.has(name) || (name === 'DateTime' && changes.length > 0)
      ? [`scalar ${name} @specifiedBy(url: "https://datatracker.ietf.org/doc/html/rfc3339#section-5.6")`]
      : [];
  return [...scalar('Date'), ...scalar('DateTime')];
}

/** A description, as one line or as a block. */
function described(text: string, indent = ''): string {
  const line = `${indent}"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  if (line.length <= maxColumns && !text.includes('\n')) {
    return line;
  }
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    if (indent.length + last.length + word.length + 1 > maxColumns) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    }
  }
  return [`${indent}"""`, ...lines.map((one) => `${indent}${one}`), `${indent}"""`].join('\n');
}

const scopeList = (scopes: readonly string[]): string => scopes.map((scope) => `["${scope}"]`).join(', ');

function queries({ queries: asked, keyQueries, types }: Plan): string[] {
  const access = (scopes: readonly string[]) =>
    scopes.length === 0 ? '@authenticated' : `@requiresScopes(scopes: [${scopeList(scopes)}])`;
  return [
    ...keyQueries.map(({ name, description, type, scopes }) => {
      const argument = `    ${described(`The key of the record: its \`${type.key?.name}\`.`)}\n    ${type.key?.name}: ID!`;
      return `${described(description, '  ')}\n  ${name}(\n${argument}\n  ): ${type.name} ${access(scopes)}`;
    }),
    ...asked.map(({ name, description, values, list, returns, scopes }) => {
      const given = values.map(
        (value) => `${described(descriptionOf(value), '    ')}\n    ${value.name}: ${inputType(value)}`,
      );
      const parameters = given.length === 0 ? '' : `(\n${given.join('\n')}\n  )`;
      const result = list ? `[${typeNamed({ types }, returns).name}!]` : returns;
      return `${described(description, '  ')}\n  ${name}${parameters}: ${result} ${access(scopes)}`;
    }),
  ];
}

const descriptionOf = ({ description, member, path }: ValuePlan): string =>
  description ?? `What the system calls \`${path}\`${member.isRepeated ? ', any number of them' : ''}.`;

const ownAccess = ({ own, scopes }: Pick<PatronFieldPlan, 'own' | 'scopes'>): string =>
  own
    ? `@authenticated\n    @access(own: true${scopes.length === 0 ? '' : `, scopes: [${scopes.map((scope) => `"${scope}"`).join(', ')}]`})`
    : `@requiresScopes(scopes: [${scopeList(scopes)}])`;

const patronField = ({ name, description, list, returns, own, scopes }: PatronFieldPlan): string =>
  `${described(description, '  ')}\n  ${name}: ${list ? `[${returns}!]` : returns} ${ownAccess({ own, scopes })}`;

const mutation = ({ name, description, own, scopes }: ChangePlan): string => {
  const input = `    ${described('What is to be changed.')}\n    input: ${capital(name)}Input!`;
  return `${described(description, '  ')}\n  ${name}(\n${input}\n  ): ${capital(name)}Payload ${ownAccess({ own, scopes })}`;
};

const objectType = ({ name, description, key, fields }: TypePlan): string => {
  const members = fields.map(
    (field) => `${described(descriptionOf(field), '  ')}\n  ${field.name}: ${graphType(field)}`,
  );
  return `${described(description)}\ntype ${name}${key === null ? '' : ` @key(fields: "${key.name}")`} {\n${members.join('\n')}\n}`;
};

const enumType = (name: string, description: string, values: readonly string[]): string =>
  `${described(description)}\nenum ${name} {\n${values.map((value) => `  ${described(`\`${value}\`, as the system writes it.`)}\n  ${value}`).join('\n')}\n}`;

function changeTypes({ pascal }: Plan, { name, patron, values, returns, own }: ChangePlan): string[] {
  const type = capital(name);
  const members = [
    `${described('An idempotency key of your own: 1 to 128 characters, new for each operation, such as a random UUID. Sent again with the same input, the mutation changes nothing more and returns how the change stands.', '  ')}\n  reference: ID!`,
    ...(patron === null
      ? []
      : [
          `  ${described(`The patron number, as in \`P0000001\`${own ? '; patrons give their own' : ''}.`)}\n  patronId: ID!`,
        ]),
    ...values.map(
      (value) => `${described(descriptionOf(value), '  ')}\n  ${value.name}: ${inputType(value)}`,
    ),
  ];
  return [
    `${described(`What a \`${name}\` is to change.`)}\ninput ${type}Input {\n${members.join('\n')}\n}`,
    `${described(`What became of a \`${name}\`.`)}\ntype ${type}Payload {
  "How the change stands: done, refused or not settled yet."
  operation: ${pascal}Operation!
  "The record after the change. Null unless it is done."
  ${fieldOf(returns)}: ${returns}
  "Why nothing was changed; empty unless the change is refused."
  problems: [${pascal}Problem!]!
}`,
  ];
}

/** The field of a change's payload that contains the record. */
export const fieldOf = (typeName: string): string => typeName.charAt(0).toLowerCase() + typeName.slice(1);

function operationTypes(plan: Plan, pascal: string): string[] {
  const { mapping } = plan;
  const reasons = [...refusalsOf(plan), 'SYSTEM_UNAVAILABLE'];
  return [
    `"A change in ${mapping.system.inSentence} that a caller asked for. It is kept for 30 days."
type ${pascal}Operation {
  "The reference that the caller gave it."
  reference: ID!
  "How it stands: done, refused, or not known yet."
  state: OperationState!
  "When the library received it."
  requestedAt: DateTime!
  "When its outcome was known. Null while it is \`UNSETTLED\`."
  settledAt: DateTime
}`,
    `"Why ${mapping.system.inSentence} made no change."
type ${pascal}Problem {
  "The reason."
  reason: ${pascal}ProblemReason!
  "A sentence for people, in the language that \`Accept-Language\` asks for."
  message: String!
  "Where in the input it is. Null if no single field is wrong."
  field: [String!]
}`,
    enumType(`${pascal}ProblemReason`, 'A reason why nothing was changed.', reasons).replaceAll(
      ', as the system writes it',
      '',
    ),
    'enum OperationState {\n  DONE\n  PARTLY_DONE\n  REFUSED\n  UNSETTLED\n}',
  ];
}
