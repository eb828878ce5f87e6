import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { inheritDescriptions } from '../../schema/inherit-descriptions.ts';

const inherited = (sdl: string) => print(inheritDescriptions(parse(sdl)));
const formatted = (sdl: string) => print(parse(sdl));

test('a field has the description of the interface, unless it has its own', () => {
  const sdl = (kind: string, issuedOn: string) => `
    interface Credential { "What it is." kind: String "When it was issued." issuedOn: String }
    type Card implements Credential { ${kind} kind: String ${issuedOn} issuedOn: String printedOn: String }`;
  expect(inherited(sdl('', '"When it was made."'))).toBe(
    formatted(sdl('"What it is."', '"When it was made."')),
  );
});

test('of several interfaces, the first that describes the field is meant', () => {
  const sdl = (description: string) => `
    interface Silent { kind: String }
    interface Spoken { "What it is." kind: String }
    interface Other { "Something else." kind: String }
    type Card implements Silent & Spoken & Other { ${description} kind: String }`;
  expect(inherited(sdl(''))).toBe(formatted(sdl('"What it is."')));
});

test('a type of no interface, and a field of its own, are left as they are', () => {
  const sdl = `
    interface Credential { "What it is." kind: String }
    type Card implements Credential { "Which." kind: String number: ID }
    type Item { kind: String }`;
  expect(inherited(sdl)).toBe(formatted(sdl));
});

test('a value of a mutation’s reasons has the description of its code', () => {
  const sdl = (description: string) => `
    enum ProblemCode { "It is lost." LOST "It is closed." CLOSED }
    enum LendReason { ${description} LOST }
    enum State { LOST }`;
  expect(inherited(sdl(''))).toBe(formatted(sdl('"It is lost."')));
});

test('an interface inherits too', () => {
  const sdl = (description: string) => `
    interface Problem { "What is wrong." code: String }
    interface CardProblem implements Problem { ${description} code: String }`;
  expect(inherited(sdl(''))).toBe(formatted(sdl('"What is wrong."')));
});
