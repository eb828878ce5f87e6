import type { FaultMeaning } from '../../mapping/schema.ts';
import { memberAt } from '../../members.ts';
import type { Plan } from '../plan.ts';
import { accessOf, isText } from '../values.ts';

/** Writes `fault-codes.ts`: the vendor's codes, and what each means. */
export function writeFaults(plan: Plan): string {
  const { mapping, changes } = plan;
  const codes = Object.entries(mapping.faults?.codes ?? {});
  const refusal = changes.length === 0 ? 'never' : 'Refusal';
  return `import type { ResponseTo } from '../soap/client.ts';
  import type { UpstreamReason } from '../soap/port.ts';
  import { type CodeMeaning, reasonForRead, refusesCredentials } from '../soap/vendor-codes.ts';
  import type { Operations } from './contract.generated.ts';
${changes.length === 0 ? '' : "import type { Refusal } from './port.ts';"}

/** A fault of any operation. */
export type Fault = {
  [Name in keyof Operations]: Extract<ResponseTo<Operations[Name]>, { readonly kind: 'fault' }>;
}[keyof Operations];

/**
 * The vendor's codes and their meanings. No other file knows them. A code that is not here is \`rejected\` for a read. For a
 * change its meaning is \`outcome-unknown\`, because nobody knows what was done.
 */
const meanings: ReadonlyMap<string, CodeMeaning<${refusal}>> = new Map<string, CodeMeaning<${refusal}>>([
${codes.map(([code, meaning]) => `  [${JSON.stringify(code)}, ${meaningText(meaning, changes.length > 0)}],`).join('\n')}
]);

/** The vendor's code in a fault. Empty if it has none. */
${codeOf(plan)}

${
  changes.length === 0
    ? ''
    : `/** The meaning of a fault in the answer to a change. */
export const meaningOf = (fault: Fault): CodeMeaning<Refusal> =>
  refusesCredentials(fault)
    ? { failed: 'unauthorized' }
    : (meanings.get(codeOf(fault)) ?? { failed: 'outcome-unknown' });
`
}
/** The reason with which a read rejects. */
export const reasonOfFault = (fault: Fault): UpstreamReason =>
  refusesCredentials(fault) ? 'unauthorized' : reasonForRead(meanings.get(codeOf(fault)));
`;
}

const meaningText = (meaning: FaultMeaning, hasChanges: boolean): string => {
  if (typeof meaning === 'string') {
    return `{ failed: '${meaning}' }`;
  }
  return hasChanges ? `{ refused: '${meaning.refused}' }` : "{ failed: 'rejected' }";
};

function codeOf({ mapping, contract }: Plan): string {
  const { faults } = mapping;
  const element = [...contract.contract.operations.values()]
    .flatMap((operation) => operation.faults)
    .find(({ name }) => name === faults?.element);
  const member = faults === null || element === undefined ? null : memberAt(element.type, faults.code);
  if (faults === null || element === undefined || member === null) {
    return "const codeOf = (_fault: Fault): string => '';";
  }
  const access = accessOf(element.type, faults.code, 'fault.detail');
  const text = isText(member.type) ? access : `String(${access})`;
  const code = member.isOptional ? `(${text} ?? '')` : text;
  return `const codeOf = (fault: Fault): string => (fault.name === '${faults.element}' ? ${code} : '');`;
}
