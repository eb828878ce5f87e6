import type { ComplexType, SchemaType, SoapOperation } from '../../soap/contract/contract-types.ts';
import type { ReadContract } from '../../soap/contract/read/read-contract.ts';
import {
  isRecord,
  isSimple,
  type Member,
  membersOf,
  type PathMember,
  primitiveOf,
  requestMembers,
} from '../members.ts';
import {
  guessKind,
  isDateName,
  isMoneyName,
  isPatronName,
  isReferenceName,
  isSameName,
  wordsOf,
} from '../words.ts';

/**
 * The records in a reply. `path` leads to the records, such as `Rooms.Room`. An empty path means that the reply is the
 * record.
 */
export interface Rows {
  readonly path: string;
  readonly type: ComplexType;
  readonly isList: boolean;
}

/** A repeated key in a request, which each record of the reply also contains. So one call can read many records. */
export interface Batch {
  readonly key: PathMember;
  readonly rowKey: Member;
}

/** What an operation's name and messages reveal: whether it reads or changes, and which members are keys or records. */
export interface OperationFacts {
  readonly name: string;
  readonly operation: SoapOperation;
  readonly isRead: boolean;
  readonly whyKind: string;
  readonly request: readonly PathMember[];
  readonly rows: Rows | null;
  readonly batch: Batch | null;
  /** The request's member that names a patron. */
  readonly patron: PathMember | null;
  /** The request's member that seems to contain the caller's own id of the request. */
  readonly reference: PathMember | null;
}

/** A member that seems to contain a date or money, such as `Loan.DueDate`, and the form of its values. */
export interface MemberFinding {
  readonly member: string;
  readonly what: string;
}

export interface ContractFacts {
  readonly file: string;
  readonly contract: ReadContract;
  readonly operations: readonly OperationFacts[];
  readonly dates: readonly MemberFinding[];
  readonly money: readonly MemberFinding[];
}

export function factsOf(file: string, contract: ReadContract): ContractFacts {
  const records = contract.types.filter((type) => type.kind === 'complex');
  return {
    file,
    contract,
    operations: [...contract.contract.operations.values()].map(operationFacts),
    dates: records.flatMap((type) => findingsIn(type, dateIn)),
    money: records.flatMap((type) => findingsIn(type, moneyIn)),
  };
}

function operationFacts(operation: SoapOperation): OperationFacts {
  const request = operation.input === null ? [] : requestMembers(operation.input.type);
  const rows = operation.output === null ? null : rowsIn(operation.output.type);
  const reference = request.find(({ name, type }) => isSimple(type) && isReferenceName(name)) ?? null;
  const { isRead, why } = kindOf(operation, reference);
  return {
    name: operation.name,
    operation,
    isRead,
    whyKind: why,
    request,
    rows,
    batch: rows === null ? null : batchOf(request, rows),
    patron: request.find(({ name, type }) => isSimple(type) && isPatronName(name)) ?? null,
    reference,
  };
}

function kindOf(operation: SoapOperation, reference: Member | null): ReturnType<typeof guessKind> {
  const guess = guessKind(operation.name);
  if (operation.isOneWay) {
    return { isRead: false, why: 'it has no reply' };
  }
  // A reference is the caller's own id of a request. Normally, only changes take one. An operation with a reference
  // counts as a read only if its name contains a word that begins with `ref`.
  return guess.isRead && reference !== null && !wordsOf(operation.name).some((word) => word.startsWith('ref'))
    ? { isRead: false, why: `it takes a reference, \`${reference.name}\`` }
    : guess;
}

/** How many levels of a reply are searched for records. */
const maxDepth = 3;

/**
 * The records in a reply: the first list of records, else the first record with a simple member, else the reply itself.
 * Null if the reply itself has no simple member either.
 *
 *     <GetRoomsResponse><Room>…</Room><Room>…        → Room, a list
 *     <FindRoomsResponse><Rooms><Room>…              → Rooms.Room, a list
 *     <GetStatementResponse><Total>…</Total><Due>…   → the reply itself
 */
function rowsIn(reply: SchemaType): Rows | null {
  const candidates = recordsIn(reply, '', 1);
  const found = candidates.find(({ isList }) => isList) ?? candidates.find(({ type }) => !isWrapper(type));
  if (found !== undefined) {
    return found;
  }
  return isRecord(reply) && membersOf(reply).some(({ type }) => isSimple(type))
    ? { path: '', type: reply, isList: false }
    : null;
}

/** Whether a record contains only other records, as `Rooms` does. */
const isWrapper = (type: ComplexType): boolean => membersOf(type).every((member) => !isSimple(member.type));

function recordsIn(type: SchemaType, path: string, depth: number): Rows[] {
  const below = membersOf(type).flatMap((member) => {
    if (!isRecord(member.type)) {
      return [];
    }
    const at = path === '' ? member.key : `${path}.${member.key}`;
    return [{ path: at, type: member.type, isList: member.isRepeated }];
  });
  const deeper = depth === maxDepth ? [] : below.filter(({ isList }) => !isList);
  return [...below, ...deeper.flatMap((rows) => recordsIn(rows.type, rows.path, depth + 1))];
}

function batchOf(request: readonly PathMember[], { type, isList }: Rows): Batch | null {
  const keys = request.filter((member) => member.isRepeated && isSimple(member.type));
  const [key, another] = keys;
  if (!isList || key === undefined || another !== undefined) {
    return null;
  }
  const rowKey = membersOf(type).find(
    (member) => !member.isRepeated && member.type === key.type && isSameName(member.name, key.name),
  );
  return rowKey === undefined ? null : { key, rowKey };
}

function findingsIn(type: ComplexType, what: (member: Member) => string | null): MemberFinding[] {
  return membersOf(type).flatMap((member) => {
    const found = what(member);
    return found === null ? [] : [{ member: `${type.name}.${member.name}`, what: found }];
  });
}

const moments = ['dateTime', 'date', 'time', 'gYear', 'gYearMonth', 'gMonthDay'];

function dateIn({ name, type }: Member): string | null {
  const primitive = primitiveOf(type);
  if (primitive !== null && moments.includes(primitive)) {
    return primitive;
  }
  return primitive === 'string' && isDateName(name) ? 'a text, a date by its name' : null;
}

function moneyIn({ name, type }: Member): string | null {
  const primitive = primitiveOf(type);
  if (primitive === null || !isMoneyName(name)) {
    return null;
  }
  if (primitive === 'decimal') {
    return 'a decimal; its text is kept';
  }
  return ['int', 'long'].includes(primitive) ? 'a whole number: perhaps cents' : null;
}
