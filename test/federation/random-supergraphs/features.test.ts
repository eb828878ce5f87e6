/** The random designs use all features of federation. */
import { expect, test } from 'vitest';
import { randomDesign } from './design.ts';
import { writeSdls } from './sdl.ts';

/** For each feature, a pattern that the SDL of a subgraph matches. */
const features: Readonly<Record<string, RegExp>> = {
  'a key that is an object': /@key\(fields: "o \{ a \}"\)/,
  'a key that is a list': /@key\(fields: "ks"\)/,
  'a key of a list of objects': /@key\(fields: "os \{ id \}"\)/,
  'a key with the key of another entity': /@key\(fields: "id p \{ id \}"\)/,
  'a key that is not resolvable': /resolvable: false/,
  'a requirement': /@requires\(fields: "\w+"\)/,
  'a requirement of another requirement': /@requires\(fields: "[^"]*\br\d\d/,
  'a requirement below objects': /@requires\(fields: "[^"]*\{ \w+ \{/,
  'a requirement of some types': /@requires\(fields: "[^"]*\{ \.\.\. on/,
  'a requirement with arguments': /@requires\(fields: "[^"]*\(x: 1\)/,
  'a provision': /@provides\(fields: "\w+"\)/,
  'a provision of one type of several': /@provides\(fields: "\.\.\. on \w+ \{ [^.]*"\)/,
  'a provision of several types': /@provides\(fields: "\.\.\. on \w+ \{ [^.]* \} \.\.\. on/,
  'a provision below objects': /@provides\(fields: "[^"]*\w+ \{/,
  'a field that provides and requires': /@requires\([^)]*\) @provides/,
  'an interface object': /@interfaceObject/,
  'an interface object with a field of objects': /@interfaceObject[^}]*extra\dV/,
  'two interfaces of one type': /implements I0 & I1/,
  'an override': /@override\(from: "[^"]*"\)/,
  'a progressive override': /label: "percent\(85\.5\)"/,
  'an override that a hook switches on': /label: "by-hand"/,
  'an argument from a context': /@fromContext\(field: "\$above \{/,
  'an inaccessible field': /@inaccessible/,
  'a field that is nullable in one subgraph only': /a: Int! @shareable/,
  'a renamed root type': /schema \{ query: RootQuery \}/,
  'the root again': /again: Query/,
  'a shared root field': /shared0: \w+ @shareable/,
  'a field with the name of an invented key': /_2_id_required/,
  'a field with the name of an alias': /_alias_id_1/,
  'a field with the name of a property of every object': /constructor: /,
  'an interface object of an interface without object types': /type I2 @interfaceObject/,
  'an interface without object types whose key is not resolvable':
    /interface I2 @key\(fields: "id", resolvable: false\)/,
  'an interface of which only other subgraphs have types': /vain: I1/,
  'a non-null requirement of values that may be missing': /lackA: Int! @external/,
  'mutations of several subgraphs': /m1time/,
  'a field that tells how many mutations ran': /now: Int/,
  'an interface whose types vary its fields': /type W1 implements I3/,
  'directives for operations': /directive @plus/,
};

const designs = Array.from({ length: 1500 }, (_, seed) => Object.entries(writeSdls(randomDesign(seed))));

test.each(Object.entries(features))('%s', (_, pattern) => {
  expect(
    designs.filter((subgraphs) => subgraphs.some(([, sdl]) => pattern.test(sdl))).length,
  ).toBeGreaterThan(4);
});

test('up to 13 subgraphs, some with names that GraphQL does not allow', () => {
  expect(new Set(designs.map(({ length }) => length))).toEqual(
    new Set([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]),
  );
  const names = designs.flatMap((subgraphs) => subgraphs.map(([name]) => name));
  expect(names.filter((name) => /^\d|[-.]/.test(name)).length).toBeGreaterThan(100);
});

test('unions of other types in each subgraph', () => {
  const differing = designs.filter((subgraphs) => {
    const unions = subgraphs.flatMap(([, sdl]) => /union U0 = .*/.exec(sdl) ?? []);
    return new Set(unions).size > 1;
  });
  expect(differing.length).toBeGreaterThan(100);
});

test('fields with nulls that are nullable in an interface, and not on all of its types', () => {
  const differing = Array.from({ length: 200 }, (_, seed) => randomDesign(seed).graphTypes).filter(
    ({ implementing, fieldsOf }) =>
      implementing.some((type) =>
        fieldsOf(type).some(({ hasNulls, type: own }) => hasNulls === true && own.endsWith('!')),
      ),
  );
  expect(differing.length).toBeGreaterThan(20);
});

const graphTypes = Array.from({ length: 300 }, (_, seed) => randomDesign(seed).graphTypes);

/** Each field of an interface, paired with the field of the same name on each object type of the interface. */
const implemented = graphTypes.flatMap(({ abstract, fieldsOf, kindOf }) =>
  [...abstract]
    .filter(([name]) => kindOf(name) === 'interface')
    .flatMap(([name, objects]) =>
      fieldsOf(name).flatMap((field) =>
        objects.flatMap((type) =>
          fieldsOf(type)
            .filter((own) => own.name === field.name)
            .map((own) => ({ field, own })),
        ),
      ),
    ),
);

test('fields with an argument that their interface does not have', () => {
  expect(
    implemented.filter(({ field, own }) => own.hasArgument && !field.hasArgument).length,
  ).toBeGreaterThan(20);
});

test('fields with one of the object types that their interface allows', () => {
  expect(implemented.filter(({ field, own }) => own.named !== field.named).length).toBeGreaterThan(20);
});
