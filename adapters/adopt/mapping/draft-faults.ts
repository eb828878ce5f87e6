import { membersOf } from '../members.ts';
import type { ContractFacts } from '../report/facts.ts';
import { wordsOf } from '../words.ts';
import type { Mapping } from './schema.ts';
import type { TypeDrafter } from './type-drafter.ts';

/** The codes of the first fault. If the contract lists no codes, the vendor must be asked. */
export function draftFaults({ operations }: ContractFacts, types: TypeDrafter): Mapping['faults'] {
  const faults = operations.flatMap(({ operation }) => operation.faults);
  const [first] = faults;
  if (first === undefined) {
    return null;
  }
  const members = membersOf(first.type);
  const code = members.find(({ name }) => wordsOf(name).includes('code')) ?? members[0];
  if (code === undefined) {
    return null;
  }
  const { type } = code;
  const values = type.kind === 'atomic' && type.enumeration !== null ? [...type.enumeration.values()] : [];
  types.guess(
    'faults.codes',
    'each code: "busy", "unauthorized", "rejected", "outcome-unknown", or { "refused": "ROOM_TAKEN", "message": "…" }',
  );
  return {
    element: first.name,
    code: code.key,
    codes: Object.fromEntries(values.map((value) => [value, 'rejected'])),
  };
}
