import { capital } from '../../words.ts';
import {
  type ChangePlan,
  lookupMethod,
  type Plan,
  type QueryPlan,
  referenceMethod,
  type TypePlan,
} from '../plan.ts';
import { portType, requestType } from '../values.ts';

/** Writes `port.ts`: the records in the graph's words, and what each method promises. */
export function writePort(plan: Plan): string {
  const { mapping, pascal, types, enums, queries, changes } = plan;
  return [
    ...[...enums].map(
      ([name, values]) => `export type ${name} = ${values.map((value) => `'${value}'`).join(' | ')};`,
    ),
    ...types.map(record),
    ...queries
      .filter(({ values }) => values.length > 0)
      .map((query) => request(requestOfQuery(query), query)),
    ...changes.map((change) => request(requestOfChange(change), change, change.patron !== null)),
    ...(changes.length === 0 ? [] : [changed(plan)]),
    `/** The port of ${mapping.system.inSentence}. */\nexport interface ${pascal}System {\n${methods(plan).join('\n')}\n}`,
  ].join('\n\n');
}

const requestOfQuery = ({ name }: Pick<QueryPlan, 'name'>): string => `${capital(name)}Question`;
export const requestOfChange = ({ name }: Pick<ChangePlan, 'name'>): string => `${capital(name)}Request`;
const record = ({ name, description, fields }: TypePlan): string =>
  `/** ${description} */\nexport interface ${name} {\n${fields.map((field) => `  readonly ${field.name}: ${portType(field)};`).join('\n')}\n}`;

function request(
  name: string,
  { values, operation }: Pick<QueryPlan, 'values' | 'operation'>,
  ofPatron = false,
): string {
  const members = [
    ...(ofPatron ? ['  readonly patronId: string;'] : []),
    ...values.map((value) => `  readonly ${value.name}: ${requestType(value)};`),
  ];
  return `/** What \`${operation}\` is asked with. */\nexport interface ${name} {\n${members.join('\n')}\n}`;
}

/** `INVALID`, and every refusal that a fault code can mean. */
export function refusalsOf({ mapping }: Plan): string[] {
  const meanings = Object.values(mapping.faults?.codes ?? {});
  const refused = meanings.flatMap((meaning) => (typeof meaning === 'string' ? [] : [meaning.refused]));
  return [...new Set(['INVALID', ...refused])];
}

const changed = (plan: Plan): string =>
  [
    '/** Why the system did not make a change. `INVALID`: its contract has no form for what was given. */',
    `export type Refusal = ${refusalsOf(plan)
      .map((reason) => `'${reason}'`)
      .join(' | ')};`,
    '',
    '/** The record after a change, or the reason why nothing was done. */',
    'export type Changed<Done> = { readonly done: Done } | { readonly refused: Refusal };',
  ].join('\n');

function methods({ types, queries, patronFields, changes }: Plan): string[] {
  return [
    ...types
      .filter(({ lookup }) => lookup !== null)
      .map(
        ({ name }) =>
          `  /** The records, in the order and length of \`keys\` (any count, repeats allowed); null for an unknown key. */\n` +
          `  ${lookupMethod(name)}(keys: readonly string[], signal: AbortSignal): Promise<(${name} | null)[]>;`,
      ),
    ...queries.map((query) => {
      const question = query.values.length === 0 ? '' : `question: ${requestOfQuery(query)}, `;
      const result = query.list ? `readonly ${query.returns}[]` : `${query.returns} | null`;
      return `  /** ${query.description}${query.list ? '' : ' Null if there is none.'} */\n  ${query.name}(${question}signal: AbortSignal): Promise<${result}>;`;
    }),
    ...patronFields.map(({ method, returns, list }) => {
      const result = list ? `(readonly ${returns}[])[]` : `(${returns} | null)[]`;
      const none = list ? 'an empty list' : 'null';
      return (
        `  /** Same order and length as \`patronIds\`; ${none} for a patron without any. */\n` +
        `  ${method}(patronIds: readonly string[], signal: AbortSignal): Promise<${result}>;`
      );
    }),
    ...changes.map(
      (change) =>
        `  /**\n   * Sends the change once, under our reference. After \`outcome-unknown\`, \`${referenceMethod(change.name)}\` shows whether it\n` +
        `   * was made. \`maySend\` is asked just before the first byte is sent.\n   */\n` +
        `  ${change.name}(\n    reference: string,\n    request: ${requestOfChange(change)},\n    maySend: () => boolean,\n    signal: AbortSignal,\n  ): Promise<Changed<${change.returns}>>;\n` +
        `  /** The record that was made under this reference of ours. Null if there is none (yet). */\n` +
        `  ${referenceMethod(change.name)}(reference: string, signal: AbortSignal): Promise<${change.returns} | null>;`,
    ),
    '  /** Resolves when the system answers. The readiness check calls it. */\n  ping(signal: AbortSignal): Promise<void>;',
  ];
}
