/** For each problem code, the guide *Reading an answer* has the next step of the reader or the clerk. */
import { readFileSync } from 'node:fs';
import { buildASTSchema, isEnumType, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { coreSubgraphs } from '../../platform/systems.ts';
import { problemCodes } from '../../subgraphs/circulation/rules/problem-codes.ts';
import { reasons as circulationReasons } from '../../subgraphs/circulation/rules/reasons.ts';
import { codesWithMessage } from '../../subgraphs/credentials/rules/messages/codes.ts';
import { numberAndPinTexts } from '../../subgraphs/credentials/rules/messages/number-and-pin.ts';
import { reasons as credentialsReasons } from '../../subgraphs/credentials/rules/reasons.ts';
import { nameOfKind } from '../../subgraphs/operations/results/payload.ts';
import { messagesToStaff } from '../../subgraphs/patrons/rules/problems.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const schema = buildASTSchema(parse(read('schema/supergraph.graphql')), { assumeValidSDL: true });

/** The enums that a subgraph's SDL declares: the names of their values, by the enum's name. */
const enumsOf = (subgraph: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    parse(read(`schema/${subgraph}.graphql`)).definitions.flatMap((definition) =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION
        ? [[definition.name.value, (definition.values ?? []).map(({ name }) => name.value)] as const]
        : [],
    ),
  );

/** The problem codes that a subgraph's SDL declares. */
const declaredBy = (subgraph: string): readonly string[] => enumsOf(subgraph).get('ProblemCode') ?? [];

/** The enums of reasons that a subgraph's SDL declares, such as `CheckOutReason`. */
const reasonsOf = (subgraph: string) => [...enumsOf(subgraph)].filter(([name]) => name.endsWith('Reason'));

const type = schema.getType('ProblemCode');
const codes = isEnumType(type) ? type.getValues() : [];

/** The rows of the guide's section on problem codes: code, meaning, next step. */
function rowsOfGuide(): readonly (readonly string[])[] {
  const section = /^### Problem codes\n(.*?)^## /ms.exec(read('docs/guides/answers.md'))?.[1] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

test('each code has one row, in alphabetical order, and no row has an unknown code', () => {
  const inGuide = rowsOfGuide().map(([code = '']) => code.replaceAll('`', ''));
  expect(inGuide).toEqual(codes.map(({ name }) => name).sort());
});

test('each row says what happened, and what to do next', () => {
  const wrong = rowsOfGuide().filter(
    ([, happened = '', next = '']) => !/^[A-Z].{10,}\.$/.test(happened) || !/^[A-Z`].{10,}\.$/.test(next),
  );
  expect(wrong).toEqual([]);
});

test('each code has a description in the schema', () => {
  expect(codes.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
});

const codesOfMessages = {
  circulation: problemCodes,
  credentials: [...codesWithMessage, ...Object.keys(numberAndPinTexts)],
  patrons: Object.keys(messagesToStaff),
};

test.each(Object.entries(codesOfMessages))(
  'the SDL of %s declares each code that the subgraph has a message for',
  (subgraph, ofMessages) => {
    expect(ofMessages.filter((code) => !declaredBy(subgraph).includes(code))).toEqual([]);
  },
);

test('circulation declares the codes of the others: it shows their operations', () => {
  const known = declaredBy('circulation');
  const others = [...declaredBy('patrons'), ...declaredBy('credentials')];
  expect(others).toContain('VERSION_CONFLICT');
  expect(others.filter((code) => !known.includes(code))).toEqual([]);
});

test.each(coreSubgraphs)(
  'each reason of a mutation of %s is a code, so that `reason` and `code` never differ',
  (subgraph) => {
    const codesOfSubgraph = declaredBy(subgraph);
    const unknown = reasonsOf(subgraph).flatMap(([name, values]) =>
      values.filter((value) => !codesOfSubgraph.includes(value)).map((value) => `${name}.${value}`),
    );
    expect(reasonsOf(subgraph).length).toBeGreaterThan(1);
    expect(unknown).toEqual([]);
  },
);

test('circulation declares the reasons of the others as they do: it shows their operations', () => {
  const shown = enumsOf('circulation');
  const others = [...reasonsOf('patrons'), ...reasonsOf('credentials')];
  const differing = others.filter(
    ([name, values]) => shown.has(name) && shown.get(name)?.join() !== values.join(),
  );
  expect(differing).toEqual([]);
});

test.each([
  ['circulation', circulationReasons],
  ['credentials', credentialsReasons],
])('the reasons of %s are those that its code names for each kind of operation', (subgraph, reasons) => {
  const ofCode = Object.entries(reasons).map(
    ([kind, values]) => [`${nameOfKind(kind)}Reason`, [...values].sort()] as const,
  );
  const shown = enumsOf(subgraph);
  expect(ofCode.map(([name]) => [name, [...(shown.get(name) ?? [])].sort()])).toEqual(ofCode);
});
