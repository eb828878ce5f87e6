import type { SchemaType } from '../../../soap/contract/contract-types.ts';
import { memberAt, primitiveOf } from '../../members.ts';
import {
  lookupMethod,
  operationOf,
  type PatronFieldPlan,
  type Plan,
  type QueryPlan,
  referenceMethod,
  rootOf,
  type TypePlan,
  translatorOf,
  type ValuePlan,
} from '../plan.ts';
import { accessOf, isText, requestLiteral, toVendor } from '../values.ts';

/** Writes `reads.ts`: the port's methods that change nothing. */
export function writeReads(plan: Plan): string {
  const { pascal, types, queries, patronFields, changes, mapping } = plan;
  const keyed = types.filter(({ lookup }) => lookup !== null);
  const methods = [
    ...keyed.map((type) => lookupRead(plan, type)),
    ...queries.map((query) => queryRead(plan, query)),
    ...patronFields.map((field) => patronRead(plan, field)),
    ...changes.map(
      ({ name, returns, afterTimeout: { operation, reference, row } }) =>
        `async ${referenceMethod(name)}(reference, signal) {\n` +
        `const reply = await client.call('${operation}', ${requestLiteral(requestOf(plan, operation), [[reference, 'reference']])}, signal);\n` +
        `const [found] = ${rowsOf(plan, operation, row)};\n` +
        `return found === undefined ? null : ${translatorOf(returns)}(found);\n},`,
    ),
    `async ping(signal) {\nawait client.call('${mapping.ping.operation}', ${pingLiteral(plan)}, signal);\n},`,
  ];
  const names = [
    ...keyed.map(({ name }) => lookupMethod(name)),
    ...queries.map(({ name }) => name),
    ...patronFields.map(({ method }) => method),
    ...changes.map(({ name }) => referenceMethod(name)),
    'ping',
  ];
  const body = [
    ...keyChecks(plan),
    `export const readsOf = (\n  client: SoapCalls<vendor.Operations>,\n): Pick<${pascal}System, ${names.map((name) => `'${name}'`).join(' | ')}> => ({\n${methods.join('\n')}\n});`,
  ].join('\n\n');
  return [imports(plan, body), body].join('\n\n');
}

function imports({ pascal, types }: Plan, body: string): string {
  const has = (name: string) => new RegExp(`(?<![\\w.])${name}\\b\\(`).test(body);
  const batch = ['rowByKey', 'rowsByKey'].filter(has);
  const own = [
    'compact',
    'invalid',
    ...types.map(({ name }) => translatorOf(name)),
    'slashed',
    'some',
    'whole',
  ].filter((name) => has(name) || body.includes(`map(${name})`) || body.includes(`(${name})`));
  return [
    "import type { SoapCalls } from '../soap/client.ts';",
    ...(has('valueCheck') ? ["import { valueCheck } from '../soap/contract/value-check.ts';"] : []),
    ...(batch.length === 0 ? [] : [`import { ${batch.join(', ')} } from '../soap/policy/batch.ts';`]),
    ...(body.includes('contract,') ? ["import { contract } from './contract.generated.ts';"] : []),
    "import type * as vendor from './contract.generated.ts';",
    `import type { ${pascal}System } from './port.ts';`,
    `import { ${own.join(', ')} } from './translation.ts';`,
  ].join('\n');
}

const checkOf = (operation: string): string => `isKeyOf${operation.replace(/[^\w]/g, '_')}`;

/** The code that checks the form of each key before a read. One malformed key would make a whole request fail. */
function keyChecks({ types, patronFields }: Plan): string[] {
  const lookups = types.flatMap(({ lookup }) =>
    lookup === null ? [] : [[lookup.operation, lookup.keys] as const],
  );
  const all = new Map([...lookups, ...patronFields.map(({ operation, keys }) => [operation, keys] as const)]);
  return [...all].map(
    ([operation, keys]) => `const ${checkOf(operation)} = valueCheck(contract, '${operation}', '${keys}');`,
  );
}

/** The expression for the records in a reply. Its value is always a list. */
function rowsOf({ contract }: Plan, operation: string, path: string): string {
  if (path === '') {
    return '[reply]';
  }
  const { type } = rootOf(operationOf(contract, operation).output);
  const access = accessOf(type, path, 'reply');
  const member = memberAt(type, path);
  if (member?.isRepeated === true) {
    const isNil =
      member.type.kind === 'complex' && member.type.attributes.length > 0 ? " && !('$nil' in row)" : '';
    const rows = member.isNillable ? `${access}.filter((row) => row !== null${isNil})` : access;
    return access.includes('?.') ? `(${rows} ?? [])` : rows;
  }
  return `some(${access})`;
}

/** The path of the keys in a request, and the TypeScript expression for them. Empty if the contract lacks the path. */
function keysIn({ contract }: Plan, operation: string, keys: string): readonly (readonly [string, string])[] {
  const member = memberAt(rootOf(operationOf(contract, operation).input).type, keys);
  if (member === null) {
    return [];
  }
  const translated = toVendor({ as: 'id', member }, 'key');
  if (!member.isRepeated) {
    return [[keys, translated]];
  }
  return [[keys, translated === 'key' ? 'batch' : `batch.map((key) => ${translated})`]];
}

const isOne = ({ contract }: Plan, operation: string, keys: string): boolean =>
  memberAt(rootOf(operationOf(contract, operation).input).type, keys)?.isRepeated !== true;

function lookupRead(plan: Plan, { name, key, lookup }: TypePlan): string {
  if (lookup === null || key === null) {
    return '';
  }
  const { operation, keys, rows, limit } = lookup;
  const request = requestLiteral(requestOf(plan, operation), keysIn(plan, operation, keys));
  const batch = isOne(plan, operation, keys) ? "[key = '']" : 'batch';
  return `${lookupMethod(name)}: (keys, signal) =>
    rowByKey(
      keys,
      {
        size: ${limit},
        concurrency: client.concurrency,
        isKey: ${checkOf(operation)},
        fetch: async (${batch}, callSignal) => {
          const reply = await client.call('${operation}', ${request}, callSignal);
          return ${rowsOf(plan, operation, rows)}.map(${translatorOf(name)});
        },
        keyOf: (row) => row.${key.name},
        unexpectedRow: () => invalid('${operation}: a record that was not requested, or the same one twice'),
      },
      signal,
    ),`;
}

function patronRead(
  plan: Plan,
  { method, operation, keys, rows, rowKey, limit, returns, list }: PatronFieldPlan,
): string {
  const request = requestLiteral(requestOf(plan, operation), keysIn(plan, operation, keys));
  const batch = isOne(plan, operation, keys) ? "[key = '']" : 'batch';
  const first = isOne(plan, operation, keys) ? 'key' : "batch[0] ?? ''";
  const key = rowKey === null ? first : textOf(plan, returns, rowKey);
  return `async ${method}(patronIds, signal) {
    const found = await ${list ? 'rowsByKey' : 'rowByKey'}(
      patronIds,
      {
        size: ${limit},
        concurrency: client.concurrency,
        isKey: ${checkOf(operation)},
        fetch: async (${batch}, callSignal) => {
          const reply = await client.call('${operation}', ${request}, callSignal);
          return ${rowsOf(plan, operation, rows)}.map((row) => ({ key: ${key}, record: ${translatorOf(returns)}(row) }));
        },
        keyOf: (row) => row.key,
        unexpectedRow: () => invalid('${operation}: a record of a patron who was not asked for'),
      },
      signal,
    );
    return found.map((${list ? 'rows' : 'row'}) => ${list ? 'rows.map(({ record }) => record)' : 'row?.record ?? null'});
  },`;
}

/** The expression for the text of a member of the vendor's row. */
function textOf({ types }: Plan, typeName: string, path: string): string {
  const from = types.find(({ name }) => name === typeName)?.from;
  const member = from === undefined ? null : memberAt(from, path);
  if (from === undefined || member === null) {
    return "''";
  }
  const access = accessOf(from, path, 'row');
  const text = isText(member.type) ? access : `String(${access})`;
  return member.isOptional ? `${text} ?? ''` : text;
}

function queryRead(plan: Plan, query: QueryPlan): string {
  const { name, operation, rows, list, returns, values } = query;
  const question = values.length === 0 ? '' : `{ ${values.map((value) => value.name).join(', ')} }, `;
  const found = rowsOf(plan, operation, rows);
  const result = list
    ? `return ${found}.map(${translatorOf(returns)});`
    : `const [row] = ${found};\nreturn row === undefined ? null : ${translatorOf(returns)}(row);`;
  return `async ${name}(${question}signal) {\nconst reply = await client.call('${operation}', ${requestLiteral(requestOf(plan, operation), requestValues(values))}, signal);\n${result}\n},`;
}

/**
 * Each value's path in a request, and the expression for the value. `from` goes before the value's name, as in
 * `request.roomNo`.
 */
export const requestValues = (values: readonly ValuePlan[], from = ''): (readonly [string, string])[] =>
  values.map((value) => [value.path, requestValue(value, `${from}${value.name}`)]);

function requestValue(value: ValuePlan, name: string): string {
  if (value.member.isRepeated) {
    const translated = toVendor(value, 'one');
    const list = value.isOptional ? `(${name} ?? [])` : name;
    return translated === 'one' ? list : `${list}.map((one) => ${translated})`;
  }
  const translated = toVendor(value, name);
  if (!value.isOptional) {
    return translated;
  }
  const none = value.member.isNillable ? 'null' : 'undefined';
  return translated === name ? `${name} ?? ${none}` : `${name} === null ? ${none} : ${translated}`;
}

/** The TypeScript literal of the ping's request. The mapping's `ping.request` gives the values. */
function pingLiteral(plan: Plan): string {
  const { operation, request } = plan.mapping.ping;
  const type = requestOf(plan, operation);
  const values = Object.entries(request).flatMap(([path, text]) => {
    const member = memberAt(type, path);
    if (member === null) {
      return [];
    }
    const isLiteral = ['boolean', 'float', 'double'].includes(primitiveOf(member.type) ?? '');
    const value = isLiteral ? text : toVendor({ as: 'text', member }, JSON.stringify(text));
    return [[path, member.isRepeated ? `[${value}]` : value] as const];
  });
  return requestLiteral(type, values);
}

const requestOf = ({ contract }: Plan, operation: string): SchemaType =>
  rootOf(operationOf(contract, operation).input).type;
