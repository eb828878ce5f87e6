import { sampleOf } from '../samples.ts';
import {
  type ChangePlan,
  lookupMethod,
  type PatronFieldPlan,
  type Plan,
  type QueryPlan,
  referenceMethod,
  type TypePlan,
  typeNamed,
  type ValuePlan,
} from './plan.ts';

/** The TypeScript literal of an argument in a test. `null` for an optional argument. */
function sampleLiteral(value: ValuePlan): string {
  if (value.isOptional) {
    return 'null';
  }
  const single = sampleValue(value);
  return value.member.isRepeated ? `[${single}]` : single;
}

export function sampleValue({ as, member }: ValuePlan): string {
  const text = sampleOf(member, 1);
  switch (as) {
    case 'int':
    case 'float':
    case 'boolean':
      return text;
    case 'compact-date':
    case 'slashed-date':
      return "'2026-12-01'";
    default:
      return `'${text.replaceAll("'", "\\'")}'`;
  }
}

/** Writes the tests of the port. They run the adapter against the simulator, and libxml2 validates all messages. */
export function writeSuite(plan: Plan): string {
  const { systemId, pascal, mapping, types, queries, patronFields, changes } = plan;
  const login = mapping.system.security !== 'none';
  const cases = [
    ...types.filter(({ key, lookup }) => key !== null && lookup !== null).map(lookupCase),
    ...queries.map((query) => queryCase(query)),
    ...patronFields.map((field) => patronCase(field)),
    ...changes.map((change) => changeCase(plan, change)),
  ];
  return `/**
 * The promises of the port of ${mapping.system.inSentence}, kept by the adapter against the simulator. libxml2 finds every request and
 * every reply valid.
 */
${imports(plan)}

const entry = systemOf('${systemId}');
${login ? 'const login = entry.security.simulated;\n' : ''}let system: ServedSystem;
let port: ${pascal}System & AsyncDisposable;

beforeEach(async () => {
  system = await serveJudged(create(() => new Date(), ${login ? 'login' : 'null'}), entry);
  port = create${pascal}({ url: system.url${login ? ', ...login' : ''} });
});

afterEach(async () => {
  await port[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
  expect(system.problems).toEqual([]);
});

test('a ping is answered', async () => {
  await port.ping(anySignal());
  expect(system.messages).toBeGreaterThan(0);
});

test('a system that is off is unreachable', async () => {
  await system.stop();
  await expectUpstream(port.ping(anySignal()), 'unreachable');
});

${cases.join('\n\n')}
`;
}

const imports = ({ id, systemId, pascal }: Plan): string =>
  [
    "import { afterEach, beforeEach, expect, test } from 'vitest';",
    `import type { ${pascal}System } from '../../../adapters/${id}/port.ts';`,
    `import { create${pascal} } from '../../../adapters/${id}/soap.ts';`,
    "import { systemOf } from '../../../platform/systems.ts';",
    `import { create } from '../../../simulators/${systemId}/system.ts';`,
    "import { anySignal, expectUpstream } from '../port-under-test.ts';",
    "import { type ServedSystem, serveJudged } from '../../support/contracts/judged-system.ts';",
  ].join('\n');

const lookupCase = ({ name, key }: TypePlan): string => {
  const [first, second] = key === null ? ["''", "''"] : [keySample(key, 1), keySample(key, 2)];
  return `test('${lookupMethod(name)} keeps order, length and repeats, and leaves out no key', async () => {
  const keys = [${second}, ${first}, ${second}, '\\u0000'];
  const found = await port.${lookupMethod(name)}(keys, anySignal());
  expect(found.map((record) => record?.${key?.name} ?? null)).toEqual([${second}, ${first}, ${second}, null]);
});`;
};

const keySample = (key: ValuePlan, number: number): string => `'${sampleOf(key.member, number, true)}'`;

const questionOf = (values: readonly ValuePlan[]): string =>
  `{ ${values.map((value) => `${value.name}: ${sampleLiteral(value)}`).join(', ')} }`;

const queryCase = ({ name, values, list }: QueryPlan): string =>
  `test('${name} finds what the simulator has', async () => {
  const found = await port.${name}(${values.length === 0 ? '' : `${questionOf(values)}, `}anySignal());
  expect(found).${list ? 'not.toHaveLength(0)' : 'not.toBeNull()'};
});`;

const patronCase = ({ method, list }: PatronFieldPlan): string =>
  `test('${method} has an answer for each patron, in their order', async () => {
  const found = await port.${method}(['P9999999', 'P0000001', 'no patron number', 'P0000001'], anySignal());
  expect(found).toHaveLength(4);
  const [, first, invalid, again] = found;
  expect(again).toEqual(first);
  expect(invalid).toEqual(${list ? '[]' : 'null'});
${list ? '  expect(first).not.toHaveLength(0);' : '  expect(first).not.toBeNull();'}
});`;

const changeCase = (plan: Plan, change: ChangePlan): string => {
  const { name, values, patron, returns } = change;
  const type = typeNamed(plan, returns);
  const request = [
    ...(patron === null ? [] : ["patronId: 'P0000001'"]),
    ...values.map((value) => `${value.name}: ${sampleLiteral(value)}`),
  ].join(', ');
  const key = type.key === null ? '' : `.${type.key.name}`;
  return `test('${name} is made once for a reference, and found by it', async () => {
  const request = { ${request} };
  expect(await port.${referenceMethod(name)}('ref-1', anySignal())).toBeNull();
  const made = await port.${name}('ref-1', request, () => true, anySignal());
  const record = 'done' in made ? made.done : null;
  expect(record).not.toBeNull();
  expect((await port.${referenceMethod(name)}('ref-1', anySignal()))${key === '' ? '' : `?${key}`}).toEqual(record${key === '' ? '' : `?${key}`});
  expect(await port.${name}('ref-1', request, () => true, anySignal())).toEqual(made);
});

test('${name} is not sent if it may not be', async () => {
  const request = { ${request} };
  await expectUpstream(port.${name}('ref-2', request, () => false, anySignal()), 'cancelled');
  expect(await port.${referenceMethod(name)}('ref-2', anySignal())).toBeNull();
});`;
};
