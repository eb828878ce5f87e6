import type { SoapOperation } from '../../soap/contract/contract-types.ts';
import type { ReadContract } from '../../soap/contract/read/read-contract.ts';
import type { Mapping } from '../mapping/schema.ts';
import { flatten, type MemberForm } from './message-members.ts';
import { usesOf } from './uses.ts';

/**
 * How a change of the contract affects the running program. `breaks`: calls fail, or their answers are rejected.
 * `generate`: the program works after `npm run generate` has written the contract's tables again. `works`: nothing has
 * to be done.
 */
export type Effect = 'breaks' | 'generate' | 'works';

export interface ContractChange {
  readonly effect: Effect;
  readonly what: string;
  /** The fields of the graph that the change affects, such as `Room.hourlyFee`. */
  readonly fields: readonly string[];
}

export interface OperationChanges {
  readonly operation: string;
  /** The fields of the graph that call the operation. Empty for an operation that the mapping does not name. */
  readonly usedBy: readonly string[];
  readonly changes: readonly ContractChange[];
}

/** The changes from one release of a contract to the next, by operation. Operations without changes are left out. */
export function compareContracts(
  old: ReadContract,
  next: ReadContract,
  mapping: Mapping,
): OperationChanges[] {
  const names = new Set([...old.contract.operations.keys(), ...next.contract.operations.keys()]);
  return [...names].flatMap((operation) => {
    const uses = usesOf(mapping, operation);
    const usedBy = uses.fields;
    const before = old.contract.operations.get(operation);
    const after = next.contract.operations.get(operation);
    const changes =
      before === undefined || after === undefined
        ? [presence(before, next, operation, usedBy)]
        : [
            ...envelopeChanges(before, after, usedBy),
            ...requestChanges(before, after, usedBy, uses.sent),
            ...replyChanges(before, after, usedBy, uses.read),
          ];
    return changes.length === 0 ? [] : [{ operation, usedBy, changes }];
  });
}

function presence(
  before: SoapOperation | undefined,
  next: ReadContract,
  operation: string,
  fields: readonly string[],
): ContractChange {
  if (before === undefined) {
    return { effect: 'works', what: 'it is new', fields: [] };
  }
  const refused = next.refused.get(operation);
  const what = refused === undefined ? 'it is gone' : `it is refused: ${refused.message}`;
  return { effect: fields.length === 0 ? 'works' : 'breaks', what, fields };
}

function envelopeChanges(
  before: SoapOperation,
  after: SoapOperation,
  fields: readonly string[],
): ContractChange[] {
  const aspects: readonly (readonly [string, string, string])[] = [
    ['action', before.soapAction, after.soapAction],
    ['request', rootOf(before.input), rootOf(after.input)],
    ['reply', rootOf(before.output), rootOf(after.output)],
    ['header blocks', before.inputHeaders.map(rootOf).join(' '), after.inputHeaders.map(rootOf).join(' ')],
  ];
  const changes = aspects
    .filter(([, one, other]) => one !== other)
    .map(([aspect, one, other]) => ({
      effect: 'breaks' as const,
      what: `its ${aspect} was \`${one}\`, and is \`${other}\``,
      fields,
    }));
  const faults = after.faults.filter((fault) => !before.faults.some(({ name }) => name === fault.name));
  return [
    ...changes,
    ...faults.map(({ name }) => ({
      effect: 'generate' as const,
      what: `it has a new fault, \`${name}\``,
      fields: [],
    })),
  ];
}

const rootOf = (element: SoapOperation['input']): string =>
  element === null ? '' : `{${element.namespace}}${element.name}`;

/** Compares the requests of two releases. `sent` has the number of values that we send at each path (`Uses.sent`). */
function requestChanges(
  before: SoapOperation,
  after: SoapOperation,
  usedBy: readonly string[],
  sent: ReadonlyMap<string, number>,
): ContractChange[] {
  const [old, next] = [flatten(before.input), flatten(after.input)];
  const changes: ContractChange[] = [];
  for (const [path, form] of next) {
    const was = old.get(path);
    if (was === undefined) {
      const isWanted = !form.isOptional && !isBelowOptional(path, next);
      changes.push({
        effect: isWanted ? 'breaks' : 'works',
        what: `\`${path}\` is new in the request${isWanted ? ', and must be there' : ''}`,
        fields: isWanted ? usedBy : [],
      });
      continue;
    }
    const limit = sent.get(path);
    const isSent = limit !== undefined;
    const what = narrowed(was, form, limit ?? 1);
    if (what !== null) {
      changes.push({
        effect: isSent ? 'breaks' : 'works',
        what: `\`${path}\` of the request ${what}`,
        fields: isSent ? usedBy : [],
      });
    }
  }
  for (const path of old.keys()) {
    if (!next.has(path)) {
      const isSent = sent.has(path);
      changes.push({
        effect: isSent ? 'breaks' : 'works',
        what: `\`${path}\` is gone from the request`,
        fields: isSent ? usedBy : [],
      });
    }
  }
  return changes;
}

/**
 * Says why the next release may refuse a member of our requests. Null if it accepts the member. `limit` is the maximum
 * number of values that we send. A changed type or pattern counts as a reason.
 */
function narrowed(was: MemberForm, is: MemberForm, limit: number): string | null {
  if (was.type !== is.type) {
    return `was of type ${was.type}, and is ${is.type}`;
  }
  if (is.max < was.max && is.max < limit) {
    return `may come ${is.max} times, and we send up to ${limit}`;
  }
  if (was.isOptional && !is.isOptional) {
    return 'was optional, and must be there';
  }
  if (was.values === null && is.values !== null) {
    return `takes only ${is.values.join(', ')}`;
  }
  const gone = is.values === null ? [] : (was.values ?? []).filter((value) => !is.values?.includes(value));
  if (gone.length > 0) {
    return `does not take ${gone.join(', ')} any more`;
  }
  return is.patterns.join(' ') !== was.patterns.join(' ')
    ? `has another pattern: \`${is.patterns.join('` and `')}\``
    : null;
}

/** Compares the replies of two releases. `read` maps paths in the reply to fields of the graph. */
function replyChanges(
  before: SoapOperation,
  after: SoapOperation,
  usedBy: readonly string[],
  read: ReadonlyMap<string, string>,
): ContractChange[] {
  const [old, next] = [flatten(before.output), flatten(after.output)];
  const changes: ContractChange[] = [];
  for (const [path, was] of old) {
    const is = next.get(path);
    const field = read.get(path);
    const fields = field === undefined ? usedBy : [field];
    if (is === undefined) {
      // Our decoder still requires an element that the old contract requires. It rejects each reply without the
      // element.
      const effect = was.isOptional && field === undefined ? 'works' : 'breaks';
      changes.push({
        effect: usedBy.length === 0 ? 'works' : effect,
        what: `\`${path}\` is gone from the reply`,
        fields,
      });
      continue;
    }
    const what = widened(was, is);
    if (what !== null) {
      changes.push({
        effect: usedBy.length === 0 ? 'works' : 'breaks',
        what: `\`${path}\` of the reply ${what}`,
        fields,
      });
    }
  }
  for (const path of next.keys()) {
    if (!old.has(path)) {
      // Until the tables are generated again, the decoder refuses an element that the contract doesn't have. It skips
      // the element if `unknownElements` is `skipped` in `platform/systems.ts`.
      changes.push({
        effect: usedBy.length === 0 ? 'works' : 'generate',
        what: `\`${path}\` is new in the reply`,
        fields: usedBy,
      });
    }
  }
  return changes;
}

/**
 * Says how a member of a reply is less restricted in the next release: it may be absent, repeated, or have new values.
 * A changed type or pattern counts, too. Null if the member is not less restricted.
 */
function widened(was: MemberForm, is: MemberForm): string | null {
  if (was.type !== is.type) {
    return `was of type ${was.type}, and is ${is.type}`;
  }
  if (!was.isOptional && is.isOptional) {
    return 'may be absent';
  }
  if (is.max > was.max) {
    return was.max === 1
      ? 'may come several times'
      : `may come ${is.max} times, and no more than ${was.max} before`;
  }
  const added = is.values === null ? [] : is.values.filter((value) => !was.values?.includes(value));
  if (was.values !== null && (is.values === null || added.length > 0)) {
    return is.values === null ? 'may have any value' : `may be ${added.join(', ')}`;
  }
  return is.patterns.join(' ') !== was.patterns.join(' ')
    ? `has another pattern: \`${is.patterns.join('` and `')}\``
    : null;
}

/** Whether an element around the member may be absent. */
function isBelowOptional(path: string, forms: ReadonlyMap<string, MemberForm>): boolean {
  const keys = path.split('.');
  return keys.some((_, index) => index > 0 && forms.get(keys.slice(0, index).join('.'))?.isOptional === true);
}
