import type { ContractError } from '../../soap/contract/read/documents/contract-error.ts';
import type { ContractFacts, MemberFinding, OperationFacts } from './facts.ts';
import { questionsOn } from './questions.ts';

/** Writes what a contract says, what is guessed, and which questions are open, as Markdown. */
export function writeReport(facts: ContractFacts): string {
  const { file, contract, operations, dates, money } = facts;
  const reads = operations.filter(({ isRead }) => isRead);
  const writes = operations.filter(({ isRead }) => !isRead);
  const { port } = contract;
  const all = operations.length + contract.refused.size;
  return [
    `# ${file}`,
    `Port \`${port.name}\`, SOAP ${port.version}, at ${port.address ?? 'no address'}. ${operations.length} of ${all} operations can be called.`,
    ...section('Refused', [...contract.refused].map(refusalLine)),
    ...section('Reads, by their names', reads.map(readLine)),
    ...section('Writes: all others', writes.map(writeLine)),
    ...section('Keys that batch', operations.flatMap(batchLine)),
    ...section('Dates and times', dates.map(findingLine)),
    ...section('Money', money.map(findingLine)),
    ...section('Faults', faultLines(operations)),
    ...section('Questions to the vendor', questionsOn(facts)),
  ].join('\n\n');
}

const section = (title: string, lines: readonly string[]): string[] => [
  `## ${title}`,
  lines.length === 0 ? 'None.' : lines.map((line) => `- ${line}`).join('\n'),
];

const refusalLine = ([name, error]: readonly [string, ContractError]): string =>
  `\`${name}\`: ${error.message}`;

const readLine = ({ name, whyKind, request, rows }: OperationFacts): string =>
  `\`${name}\` (${request.map(({ path }) => path).join(', ') || 'nothing'}) → ${rowsText(rows)}; ${whyKind}`;

function rowsText(rows: OperationFacts['rows']): string {
  if (rows === null) {
    return 'no record';
  }
  const name = rows.path === '' ? 'the reply itself' : `\`${rows.type.name}\``;
  return rows.isList ? `a list of ${name}` : name;
}

function writeLine({ name, whyKind, reference, request }: OperationFacts): string {
  const with_ = reference === null ? 'no reference' : `reference \`${reference.name}\``;
  return `\`${name}\` (${request.map(({ path }) => path).join(', ') || 'nothing'}); ${with_}; ${whyKind}`;
}

const batchLine = ({ name, batch, rows }: OperationFacts): string[] =>
  batch === null || rows === null
    ? []
    : [
        `\`${name}\`: up to ${batch.key.max === Number.POSITIVE_INFINITY ? 'any number of' : batch.key.max} \`${batch.key.name}\`, found again as \`${rows.type.name}.${batch.rowKey.name}\``,
      ];

const findingLine = ({ member, what }: MemberFinding): string => `\`${member}\`: ${what}`;

function faultLines(operations: readonly OperationFacts[]): string[] {
  const operationsOf = new Map<string, string[]>();
  for (const { name, operation } of operations) {
    for (const fault of operation.faults) {
      operationsOf.set(fault.name, [...(operationsOf.get(fault.name) ?? []), name]);
    }
  }
  const without = operations.filter(({ operation }) => operation.faults.length === 0).map(({ name }) => name);
  return [
    ...[...operationsOf].map(([fault, names]) =>
      names.length === operations.length
        ? `\`${fault}\`: of all operations`
        : `\`${fault}\`: of ${names.join(', ')}`,
    ),
    ...(without.length === 0 ? [] : [`none declared: ${without.join(', ')}`]),
  ];
}
