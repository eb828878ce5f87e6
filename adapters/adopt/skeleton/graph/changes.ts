import type { FaultMeaning } from '../../mapping/schema.ts';
import { upperCase } from '../../words.ts';
import { requestOfChange } from '../adapter/port.ts';
import { type ChangePlan, type Plan, referenceMethod, typeNamed, type ValuePlan } from '../plan.ts';
import { portType } from '../values.ts';

/** Writes `changes.ts` of the subgraph: each change, and the zod schema of the record that the change stores. */
export function writeGraphChanges(plan: Plan): string {
  const { id, pascal, changes } = plan;
  const records = [...new Set(changes.map(({ returns }) => returns))];
  const requests = changes.map(requestOfChange);
  return `import { z } from 'zod';
  import type { Changed, ${[...requests, ...records].join(', ')}, Refusal, ${pascal}System } from '../../adapters/${id}/port.ts';
  import type { Json } from '../../store/journal/port.ts';
  import type { Problem } from '../operations/problem.ts';
  import { unencodable } from '../operations/procedure.ts';
  import type { Reconcile } from '../operations/reconciler.ts';
  import {
  type ChangeAnswer,
  reconcileSingleChange,
  type SingleChange,
  type SingleChangeServices,
  } from '../operations/adopted/single-change.ts';

${records.map((name) => storedForm(plan, name)).join('\n\n')}

/** The messages of the refusals, in both languages. */
const problems: Readonly<Record<Refusal, Problem>> = {
  INVALID: unencodable,
${refusals(plan).join('\n')}
};

const answerOf = <Done extends object>(
  changed: Changed<Done>,
  stored: (done: Done) => Json,
): ChangeAnswer =>
  'refused' in changed ? { problem: problems[changed.refused] } : { done: stored(changed.done) };

${changes.map((change) => changeText(plan, change)).join('\n\n')}

/** The functions that find out what became of changes without an answer, by kind of operation. */
export const recoveryOf = (
  services: SingleChangeServices & { readonly ${id}: ${pascal}System },
): Readonly<Record<string, Reconcile>> => ({
${changes.map(({ name }) => `  [${name}.kind]: reconcileSingleChange(services, services.${id}, ${name}),`).join('\n')}
});
`;
}

/** The zod schema of a record that the journal stores as the result of a change. */
function storedForm(plan: Plan, name: string): string {
  const { fields } = typeNamed(plan, name);
  const members = fields.map((field) => `  ${field.name}: ${formOf(plan, field)},`);
  return `/** A ${name} as it was answered. */\nexport const stored${name}: z.ZodType<${name}> = z.object({\n${members.join('\n')}\n});`;
}

function formOf({ enums }: Plan, field: ValuePlan): string {
  const type = portType(field);
  const base = type
    .replace(/^readonly /, '')
    .replace(/\[\]$/, '')
    .replace(/ \| null$/, '');
  const values = enums.get(base);
  const form =
    values === undefined ? `z.${base}()` : `z.enum([${values.map((value) => `'${value}'`).join(', ')}])`;
  if (field.member.isRepeated) {
    return `z.array(${form}).readonly()`;
  }
  return type.endsWith('| null') ? `${form}.nullable()` : form;
}

function refusals({ mapping }: Plan): string[] {
  const meanings = Object.values(mapping.faults?.codes ?? {});
  const byReason = new Map(
    meanings.flatMap((meaning) => (typeof meaning === 'string' ? [] : [[meaning.refused, meaning]])),
  );
  return [...byReason]
    .filter(([reason]) => reason !== 'INVALID')
    .map(([reason, meaning]) => `  ${reason}: ${problemText(reason, meaning)},`);
}

const problemText = (reason: string, meaning: Exclude<FaultMeaning, string>): string =>
  `{ code: '${reason}', message: { en: ${JSON.stringify(meaning.message)}, 'zh-Hant': ${JSON.stringify(meaning.chineseMessage ?? meaning.message)} }, field: null }`;

function changeText({ id, pascal }: Plan, change: ChangePlan): string {
  const { name, description, dropAfterSeconds, patron } = change;
  return `/** ${description} */
export const ${name}: SingleChange<${pascal}System, ${requestOfChange(change)}> = {
  kind: '${id.toUpperCase()}_${upperCase(name)}',
  dropAfterMs: ${dropAfterSeconds}_000,
  patronOf: ${patron === null ? '() => null' : '({ patronId }) => patronId'},
  send: async (system, reference, request, maySend, signal) =>
    answerOf(await system.${name}(reference, request, maySend, signal), (done) => ({ ...done })),
  async find(system, reference, signal) {
    const found = await system.${referenceMethod(name)}(reference, signal);
    return found === null ? null : { ...found };
  },
};`;
}
