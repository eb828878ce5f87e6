import { type Member, membersOf } from '../members.ts';
import type { ContractFacts } from '../report/facts.ts';
import { wordsOf } from '../words.ts';
import type { Mapping } from './schema.ts';
import type { TypeDrafter } from './type-drafter.ts';

const codeOf = (fault: { readonly type: Parameters<typeof membersOf>[0] }): Member | undefined =>
  membersOf(fault.type).find(({ name }) => wordsOf(name).some((word) => word === 'code' || word === 'cd'));

const isListed = (member: Member | undefined): boolean =>
  member?.type.kind === 'atomic' && member.type.enumeration !== null;

/**
 * Drafts the meanings of the vendor's fault codes. A mapping can use the codes of one fault: the first fault whose code
 * is an enumeration, else the first fault with a code, else the first fault. Without an enumeration, no codes are
 * drafted. Null if the contract has no fault, or if the chosen fault has no members.
 */
export function draftFaults({ operations }: ContractFacts, types: TypeDrafter): Mapping['faults'] {
  const faults = operations.flatMap(({ operation }) => operation.faults);
  const first =
    faults.find((fault) => isListed(codeOf(fault))) ??
    faults.find((fault) => codeOf(fault) !== undefined) ??
    faults[0];
  if (first === undefined) {
    return null;
  }
  const code = codeOf(first) ?? membersOf(first.type)[0];
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
