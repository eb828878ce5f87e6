import { memberAt } from '../../members.ts';
import { type ChangePlan, operationOf, type Plan, rootOf, translatorOf } from '../plan.ts';
import { accessOf, requestLiteral, toVendor } from '../values.ts';
import { requestValues } from './reads.ts';

/** Writes `changes.ts`: the port's methods that change something. */
export function writeChanges(plan: Plan): string {
  const { pascal, changes, mapping, types } = plan;
  const names = changes.map(({ name }) => `'${name}'`).join(' | ');
  const body = `type Changes = Pick<${pascal}System, ${names}>;

/** Each change is sent once, and never retried. */
export const changesOf = (client: SoapCalls<vendor.Operations>): Changes => ({
${changes.map((change) => changeMethod(plan, change)).join('\n')}
});

/** @throws UpstreamError if the fault is no refusal. */
function refusalIn(operation: string, fault: Fault): { readonly refused: Refusal } {
  const meaning = meaningOf(fault);
  if ('failed' in meaning) {
    throw new UpstreamError('${mapping.system.name}', meaning.failed, \`\${operation}: a fault\`);
  }
  return meaning;
}`;
  const own = [
    'compact',
    'invalid',
    'slashed',
    ...types.map(({ name }) => translatorOf(name)),
    'whole',
  ].filter((name) => body.includes(`${name}(`));
  return [
    "import type { SoapCalls } from '../soap/client.ts';",
    "import { UpstreamError } from '../soap/port.ts';",
    "import { orInvalid } from '../soap/vendor-codes.ts';",
    "import type * as vendor from './contract.generated.ts';",
    "import { type Fault, meaningOf } from './fault-codes.ts';",
    `import type { ${pascal}System, Refusal } from './port.ts';`,
    `import { ${own.join(', ')} } from './translation.ts';`,
    '',
    body,
  ].join('\n');
}

function changeMethod(
  { contract }: Plan,
  { name, operation, reference, patron, values, row, returns }: ChangePlan,
): string {
  const { input, output } = operationOf(contract, operation);
  const requestType = rootOf(input).type;
  const patronMember = patron === null ? null : memberAt(requestType, patron);
  const members = [
    [reference, 'reference'] as const,
    ...(patron === null || patronMember === null
      ? []
      : [[patron, toVendor({ as: 'id', member: patronMember }, 'request.patronId')] as const]),
    ...requestValues(values, 'request.'),
  ];
  const replyType = rootOf(output).type;
  const access = row === '' ? 'response.reply' : accessOf(replyType, row, 'response.reply');
  const isOptional = row !== '' && (memberAt(replyType, row)?.isOptional === true || access.includes('?.'));
  const done = isOptional
    ? `if (${access} == null) {\nthrow invalid('${operation}: no record');\n}\nreturn { done: ${translatorOf(returns)}(${access}) };`
    : `return { done: ${translatorOf(returns)}(${access}) };`;
  return `${name}: (reference, request, maySend, signal) =>
  orInvalid(() =>
    client.change(
      '${operation}',
      ${requestLiteral(requestType, members)},
      (response) => {
        if (response.kind === 'fault') {
          return refusalIn('${operation}', response);
        }
        ${done}
      },
      signal,
      maySend,
    ),
  ),`;
}
