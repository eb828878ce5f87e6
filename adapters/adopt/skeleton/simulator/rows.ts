import { sampleOf } from '../../samples.ts';
import type { Plan } from '../plan.ts';
import { literalKey } from '../values.ts';
import { quoted, rowMembers } from './markup.ts';
import { recordTypes, rowsName } from './operations.ts';

/** The number of rows of each type at the simulator's start. */
const sampleCount = 3;

/** Writes `rows.ts`: the records that the simulated system has at its start. */
export function writeRows(plan: Plan): string {
  return recordTypes(plan)
    .map((type) => {
      const key = plan.types.find(({ from }) => from === type)?.key?.path ?? '';
      const members = rowMembers(type);
      const declared = members.map(
        ({ key, isRepeated, isOptional }) =>
          `  readonly ${literalKey(key)}: ${isRepeated ? 'readonly string[]' : isOptional ? 'string | null' : 'string'};`,
      );
      const rows = Array.from({ length: sampleCount }, (_, index) => {
        const values = members.map((member) => {
          const text = quoted(sampleOf(member, index + 1, member.key === key));
          return `${literalKey(member.key)}: ${member.isRepeated ? `[${text}]` : text}`;
        });
        return `  { ${values.join(', ')} },`;
      });
      return `/** A record of type ${type.name}, as texts. */\nexport interface ${type.name}Row {\n${declared.join('\n')}\n}\n\nexport const ${rowsName(type)}: readonly ${type.name}Row[] = [\n${rows.join('\n')}\n];`;
    })
    .join('\n\n')
    .concat('\n');
}
