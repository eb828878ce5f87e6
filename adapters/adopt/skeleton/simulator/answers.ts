import { memberAt, requestMembers } from '../../members.ts';
import { isWhole, sampleOf } from '../../samples.ts';
import { camelCase, isSameName } from '../../words.ts';
import { operationOf, type Plan, rootOf, typeNamed } from '../plan.ts';
import { literalKey, property } from '../values.ts';
import { quoted, rowMembers } from './markup.ts';
import { rowsName, type SimulatedOperation, tableName } from './operations.ts';

/** The entries of `operations` in a simulator's `system.ts`. */
export function operationEntries(plan: Plan, all: readonly SimulatedOperation[]): string[] {
  return all.map((operation) => {
    const { name, isRead } = operation;
    const { input, soapAction } = operationOf(plan.contract, name);
    const root = rootOf(input);
    const answer = isRead ? readAnswer(plan, operation) : changeAnswer(plan, operation);
    return `${literalKey(name)}: {\nsoapAction: ${quoted(soapAction)},\nuri: ${quoted(root.namespace)},\nlocal: ${quoted(root.name)},\nanswer: ${answer},\n},`;
  });
}

const pathArguments = (path: string): string => path.split('.').map(quoted).join(', ');

/**
 * The TypeScript expression for the simulator's answer to a read. The read after a time-out finds a change's record by
 * its reference. Any other read returns the rows that match the request. If a row and the request have a member of the
 * same name, the row must have one of the request's values. An optional member that the request leaves out matches
 * every row.
 */
function readAnswer(plan: Plan, { name, type }: SimulatedOperation): string {
  const change = plan.changes.find(({ afterTimeout }) => afterTimeout.operation === name);
  if (change !== undefined) {
    return `(payload) => {\nconst found = ${camelCase(type.name)}ByReference.get(textAt(payload, ${pathArguments(change.afterTimeout.reference)}) ?? '');\nreturn ${camelCase(name)}Reply(found === undefined ? [] : [found]);\n}`;
  }
  const members = rowMembers(type).filter((member) => !member.isRepeated);
  const conditions = requestMembers(rootOf(operationOf(plan.contract, name).input).type).flatMap((asked) => {
    const member = members.find(
      (candidate) => isSameName(candidate.name, asked.name) && candidate.type === asked.type,
    );
    return member === undefined ? [] : [[member.key, asked] as const];
  });
  if (conditions.length === 0) {
    return `() => ${camelCase(name)}Reply(${tableName(type)})`;
  }
  const tests = conditions.map(([key, asked]) => {
    const values = `textsAt(payload, ${pathArguments(asked.path)})`;
    const value = `row${property(key)}`;
    const isOptional = members.find((member) => member.key === key)?.isOptional === true;
    const has = `${values}.includes(${isOptional ? `${value} ?? ''` : value})`;
    return asked.isOptional ? `(${values}.length === 0 || ${has})` : has;
  });
  return `(payload) => ${camelCase(name)}Reply(${tableName(type)}.filter((row) => ${tests.join(' && ')}))`;
}

/**
 * The expression for the answer to a change. A request with a known reference changes nothing, and gets the first
 * answer again.
 */
function changeAnswer(plan: Plan, { name, type }: SimulatedOperation): string {
  const change = plan.changes.find(({ operation }) => operation === name);
  if (change === undefined) {
    return "() => ''";
  }
  const mapped = typeNamed(plan, change.returns);
  const keyMember = mapped.key === null ? null : memberAt(type, mapped.key.path);
  const request = requestMembers(rootOf(operationOf(plan.contract, name).input).type);
  const given = rowMembers(type).flatMap((member) => {
    const asked = request.find((candidate) => candidate.name === member.name && !candidate.isRepeated);
    return asked === undefined || member.isRepeated || member.key === keyMember?.key
      ? []
      : [
          `...(textAt(payload, ${pathArguments(asked.path)}) === null ? {} : { ${literalKey(member.key)}: textAt(payload, ${pathArguments(asked.path)}) ?? '' }),`,
        ];
  });
  const askedKey =
    keyMember === null ? undefined : request.find((candidate) => candidate.name === keyMember.name);
  const table = tableName(type);
  const byReference = `${camelCase(type.name)}ByReference`;
  const own =
    askedKey === undefined && keyMember !== null
      ? [`${literalKey(keyMember.key)}: ${newKey(keyMember, table)},`]
      : [];
  const old =
    askedKey === undefined || keyMember === null
      ? `const old = ${rowsName(type)}[0];`
      : `const old = ${table}.find((candidate) => candidate${property(keyMember.key)} === textAt(payload, ${pathArguments(askedKey.path)}));`;
  const store =
    askedKey === undefined || keyMember === null
      ? `${table}.push(row);`
      : `${table}[${table}.indexOf(old)] = row;`;
  return `(payload) => {
const reference = textAt(payload, ${pathArguments(change.reference)}) ?? '';
const done = ${byReference}.get(reference);
if (done !== undefined) {
return ${camelCase(name)}Reply([done]);
}
${old}
if (old === undefined) {
throw new TemplateFault(${quoted(refusalCode(plan))});
}
const row = { ...old, ${own.join(' ')} ${given.join(' ')} };
${store}
${byReference}.set(reference, row);
return ${camelCase(name)}Reply([row]);
}`;
}

const refusalCode = ({ mapping }: Plan): string =>
  Object.entries(mapping.faults?.codes ?? {}).find(([, meaning]) => typeof meaning !== 'string')?.[0] ?? '';

/** The expression for the key of a new row. A key that is no whole number repeats after 20 keys. */
function newKey({ type, name }: Parameters<typeof sampleOf>[0], table: string): string {
  if (isWhole(type)) {
    return `String(1000 + ${table}.length)`;
  }
  const keys = Array.from({ length: 20 }, (_, index) => quoted(sampleOf({ type, name }, index + 4)));
  return `[${keys.join(', ')}][${table}.length % 20] ?? ''`;
}

/** The entry in the simulator's `operations` for a ping that only the health check calls. */
export function pingEntry({ contract, mapping }: Plan): string {
  const { input, soapAction } = operationOf(contract, mapping.ping.operation);
  const root = rootOf(input);
  return `${literalKey(mapping.ping.operation)}: {\nsoapAction: ${quoted(soapAction)},\nuri: ${quoted(root.namespace)},\nlocal: ${quoted(root.name)},\nanswer: () => pingReply,\n},`;
}
