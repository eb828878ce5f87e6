import { describe, expect, test } from 'vitest';
import { accessIn } from '../../schema/access.ts';
import { type CallerKind, mayHave, reachableFields, readGraph } from '../../schema/reachable.ts';

const limited = (own: boolean, scopes: string[], withPin: string[] = []) => ({
  kind: 'limited',
  own,
  scopes,
  withPin,
  freshSeconds: null,
});

describe('the access to a field', () => {
  test.each([
    ['', { kind: 'everybody' }],
    ['@deprecated(reason: "old")', { kind: 'everybody' }],
    ['@authenticated', { kind: 'signed in' }],
    ['@requiresScopes(scopes: [["a"], ["b"]])', limited(false, ['a', 'b'])],
    ['@access(own: true)', limited(true, [])],
    ['@authenticated @access(own: true, scopes: ["a"], withPin: ["b"])', limited(true, ['a'], ['b'])],
    [
      '@requiresScopes(scopes: [["a"], ["b"]]) @access(scopes: ["b"], withPin: ["a"])',
      limited(false, ['b'], ['a']),
    ],
  ])('with %j', (directives, access) => {
    const sdl = `type T { f: ID ${directives} } input I { f: ID ${directives} }`;
    expect([...accessIn(sdl)]).toEqual([
      ['T.f', access],
      ['I.f', access],
    ]);
  });

  test('says how recently a patron must have signed in', () => {
    const sdl = 'type T { f: ID @access(own: true) @requiresFreshSignIn(seconds: 60) }';
    expect(accessIn(sdl).get('T.f')).toEqual({ ...limited(true, []), freshSeconds: 60 });
  });

  test('of another subgraph is not this one’s', () => {
    expect([...accessIn('type T { f: ID @external }')]).toEqual([]);
  });

  test.each([
    ['two scopes together', 'type T { f: ID @requiresScopes(scopes: [["a", "b"]]) }'],
    ['no scope', 'type T { f: ID @requiresScopes(scopes: [[]]) }'],
    ['something else than a scope', 'type T { f: ID @access(scopes: [7]) }'],
    [
      'a scope that the gateway denies',
      'type T { f: ID @requiresScopes(scopes: [["a"]]) @access(scopes: ["a", "b"]) }',
    ],
    [
      'fewer scopes than the gateway',
      'type T { f: ID @requiresScopes(scopes: [["a"], ["b"]]) @access(scopes: ["a"]) }',
    ],
    [
      'the owner, whom the gateway denies',
      'type T { f: ID @requiresScopes(scopes: [["a"]]) @access(own: true, scopes: ["a"]) }',
    ],
    ['a fresh sign-in for what is nobody’s own', 'type T { f: ID @requiresFreshSignIn(seconds: 60) }'],
    [
      'other callers than its interface',
      'interface N { f: ID @access(own: true) } type T implements N { f: ID }',
    ],
  ])('may not name %s', (_what, sdl) => {
    expect(() => accessIn(sdl)).toThrow('T.f: ');
  });
});

describe('what a caller gets to', () => {
  const sdl = `
    directive @inaccessible on FIELD_DEFINITION
    interface Node { id: ID }
    type Query { node: Node open: Branch me: Reader @access(own: true) readers: [Reader!] @requiresScopes(scopes: [["list"]]) }
    type Branch { code: ID }
    type Reader implements Node { id: ID name: Name @access(own: true, scopes: ["name"]) card: Card key: ID @inaccessible }
    type Name { text: String }
    interface Card { number: ID }
    type Paper implements Card { number: ID colour: String @access(scopes: ["list"]) }`;
  const access = accessIn(sdl);
  const graph = readGraph(sdl);
  const anonymous: CallerKind = { isSignedIn: false, isPatron: false, scopes: [] };
  const cards = ['Reader.card', 'Card.number', 'Paper.number'];

  test.each<[string, Partial<CallerKind>, string[]]>([
    ['anonymous', {}, []],
    ['with a scope that nothing leads to', { isSignedIn: true, scopes: ['name'] }, []],
    [
      'a patron',
      { isSignedIn: true, isPatron: true },
      ['Query.me', 'Reader.id', 'Reader.name', 'Name.text', ...cards],
    ],
    [
      'with a scope',
      { isSignedIn: true, scopes: ['list'] },
      ['Query.readers', 'Reader.id', ...cards, 'Paper.colour'],
    ],
  ])('%s', (_who, caller, reached) => {
    expect(reachableFields(graph, access, { ...anonymous, ...caller })).toEqual(
      new Set(['Query.node', 'Node.id', 'Query.open', 'Branch.code', ...reached]),
    );
  });

  test('is an error where the supergraph has a field that no subgraph has', () => {
    const stale = readGraph(sdl.replace('code: ID', 'code: ID city: ID'));
    expect(() => reachableFields(stale, access, anonymous)).toThrow('Branch.city');
  });

  test('is what is open in any way, by number and PIN too', () => {
    const rule = accessIn('type T { f: ID @access(scopes: ["any"], withPin: ["here"]) }').get('T.f');
    const holder = (scope: string) => ({ ...anonymous, isSignedIn: true, scopes: [scope] });
    const may = (scope: string) => rule !== undefined && mayHave(rule, holder(scope));
    expect(['any', 'here', 'other'].map(may)).toEqual([true, true, false]);
  });
});
