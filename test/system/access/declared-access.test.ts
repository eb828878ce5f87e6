/**
 * The SDLs declare who may read which field, in the gateway's guards and in `@access`. These tests ask the subgraphs
 * for every field, without the gateway, and as a caller for each single scope. The subgraphs must refuse exactly those
 * fields that the SDLs declare as refused.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { anonymous, type Caller } from '../../../gateway/access/caller.ts';
import type { SubgraphName } from '../../../platform/systems.ts';
import { type Access, accessIn, type LimitedAccess } from '../../../schema/access.ts';
import { readSdl, subgraphs } from '../../../schema/sdl.ts';
import { needsProof } from '../../../subgraphs/operations/visits/proof.ts';
import { allScopes, type Scope } from '../../../subgraphs/runtime/scopes.ts';
import { systemForTests } from '../system-for-tests.ts';
import { askSubgraph, isObjectField, verdictsOn } from './declared-access/verdicts.ts';
import {
  chan,
  inputs,
  lentByWhoeverAsks,
  mutations,
  queries,
  type Way,
  whoeverAsks,
} from './declared-access/ways.ts';

const system = systemForTests(undefined, {}, { buildsIndex: true });
beforeAll(async () => {
  for (const { field, scope } of lentByWhoeverAsks) {
    const document = `mutation { ${field} { operation { state } } }`;
    await askSubgraph(system, 'circulation', document, holderOf(scope));
  }
  const shown = '{ readerPatron(reader: { libraryCardNumber: "21852000000017", pin: "1234" }) { id } }';
  const { data } = await askSubgraph(system, 'circulation', shown, holderOf('station'));
  proof = (data as { readerPatron: { id: string } }).readerPatron.id;
});
/** The id of {@link chan} at a station. All callers are the same station, because they have one subject. */
let proof: string;

const access = new Map(subgraphs.map((subgraph) => [subgraph, accessIn(readSdl(subgraph))] as const));
const accessTo = (subgraph: SubgraphName, coordinate: string): Access =>
  access.get(subgraph)?.get(coordinate) ?? expect.fail(`${subgraph} has no ${coordinate}`);

const somebody: Caller = {
  ...anonymous,
  authenticated: true,
  issuer: 'https://id.example',
  subject: 'somebody',
  clientId: 'station-somebody',
  partner: 'somebody',
};
const holderOf = (...scopes: readonly Scope[]): Caller => ({ ...somebody, scopes: new Set(scopes) });
const patron = (patronId: string, ...scopes: readonly Scope[]): Caller => ({
  ...holderOf(...scopes),
  patronId,
  signedInAt: Math.floor(Date.now() / 1000),
});
/** A patron who owns none of the objects in ways.ts. */
const another = 'P0000003';

/**
 * The callers for a way: one without a scope, and one for each scope. The same callers also ask with each scope of
 * `leads` added.
 */
function callersOn({ owner, leads = [], ownerOnly, isNobodysCard }: Way): readonly Caller[] {
  const owners = owner === null ? [] : [patron(owner === whoeverAsks ? another : owner)];
  if (ownerOnly === true) {
    return owners;
  }
  return [
    anonymous,
    ...owners,
    ...[[], ...leads.map((lead) => [lead])].flatMap((lead) => [
      holderOf(...lead),
      ...(isNobodysCard === true ? [] : [patron(another, ...lead)]),
      ...allScopes.map((scope) => holderOf(scope, ...lead)),
    ]),
  ];
}

/**
 * The rights by which a caller may read a field on a way: scopes or `own`. The list is empty if the caller may not read
 * it.
 */
function grantsOf(
  rule: Access,
  caller: Caller,
  { owner, byPin, provenByPin }: Way,
  isRoot: boolean,
): readonly string[] {
  if (rule.kind !== 'limited') {
    return rule.kind === 'everybody' || caller.authenticated ? ['everybody'] : [];
  }
  const isByPin = isRoot && byPin === true;
  const hasProof = provenByPin === true && (isRoot || byPin === true || needsProof(caller, chan));
  const opening = isByPin ? rule.withPin : [...rule.scopes, ...(hasProof ? rule.withPin : [])];
  const scopes = opening.filter((scope) => caller.scopes.has(scope));
  const isOwner = caller.patronId !== null && (owner === whoeverAsks || caller.patronId === owner);
  return rule.own && isOwner && !isByPin ? ['own', ...scopes] : scopes;
}

/**
 * For each limited coordinate, the single scopes with which it was granted, and the single scopes with which it was
 * refused.
 */
const shown = new Map<string, Set<string>>();

function remember(
  coordinate: string,
  rule: Access,
  { scopes, patronId }: Caller,
  grants: readonly string[],
): void {
  if (rule.kind !== 'limited') {
    return;
  }
  const facts = shown.get(coordinate) ?? new Set();
  shown.set(coordinate, facts);
  const [grant] = grants;
  if (grant === undefined) {
    for (const one of [...scopes, ...(patronId === another ? ['own'] : [])]) {
      facts.add(`refused with ${one}`);
    }
  } else if (grants.length === 1) {
    facts.add(`granted with ${grant}`);
  }
}

/** The way with the proof that a station must have (decision 54). */
const asAskedBy = (caller: Caller, way: Way): Way =>
  needsProof(caller, chan)
    ? {
        ...way,
        field: () => way.field().replaceAll(/(?<=\bid: "|\bpayAtStation\(.*patronId: ")P0000001/g, proof),
      }
    : way;

/** The title of a way's test: its root field, without the values of the arguments. */
const nameOf = ({ subgraph, field }: Way): string =>
  `${subgraph} ${field()
    .replaceAll(/"[^"]*"/g, '…')
    .slice(0, 80)}`;

const describeCaller = ({ authenticated, patronId, scopes }: Caller): string =>
  authenticated ? [patronId ?? 'nobody', ...scopes].join(' ') : 'anonymous';

describe.each([
  ['queries', queries],
  ['mutations', mutations],
])('%s', (_, ways) => {
  test.each(ways.map((way) => [nameOf(way), way] as const))('%s', async (_name, way) => {
    for (const caller of callersOn(way)) {
      const verdicts = await verdictsOn(asAskedBy(caller, way), caller, system);
      const judged = verdicts
        .filter(({ coordinate }) => !/\.__typename$|^(Query|Mutation)\._/.test(coordinate))
        .map(({ coordinate, isRoot, isRefused }) => {
          const rule = accessTo(way.subgraph, coordinate);
          const grants = grantsOf(rule, caller, way, isRoot);
          remember(coordinate, rule, caller, grants);
          return { coordinate, isRefused, isDeclaredRefused: grants.length === 0 };
        });
      const differing = judged.filter(({ isRefused, isDeclaredRefused }) => isRefused !== isDeclaredRefused);
      expect(differing, describeCaller(caller)).toEqual([]);
    }
  });
});

const limitedIn = (subgraph: SubgraphName): readonly (readonly [string, LimitedAccess])[] =>
  [...accessIn(readSdl(subgraph))].flatMap(([coordinate, rule]) =>
    rule.kind === 'limited' ? [[coordinate, rule] as const] : [],
  );

// This test needs the results of the tests above. `accessIn` copies the rules of an interface to each of its types.
test.each(subgraphs)('every limited field of %s was seen with each scope alone', (subgraph) => {
  const missing = limitedIn(subgraph)
    // `test/system/live/audiences.test.ts` asks for subscriptions.
    .filter(([coordinate]) => isObjectField(subgraph, coordinate) && !coordinate.startsWith('Subscription.'))
    .flatMap(([coordinate, rule]) =>
      expectedFacts(rule)
        .filter((fact) => shown.get(coordinate)?.has(fact) !== true)
        .map((fact) => `${coordinate} ${fact}`),
    );
  expect(missing).toEqual([]);
});

function expectedFacts({ own, scopes, withPin }: LimitedAccess): readonly string[] {
  const granting = [...(own ? ['own'] : []), ...scopes, ...withPin];
  return [
    ...granting.map((one) => `granted with ${one}`),
    ...allScopes.filter((scope) => !granting.includes(scope)).map((scope) => `refused with ${scope}`),
  ];
}

describe('a patron who signed in too long ago', () => {
  const fresh = subgraphs.flatMap((subgraph) =>
    limitedIn(subgraph).flatMap(([coordinate, { freshSeconds }]) =>
      freshSeconds === null ? [] : [{ subgraph, coordinate, freshSeconds }],
    ),
  );

  test.each(fresh)('may not have $coordinate', async ({ subgraph, coordinate, freshSeconds }) => {
    const root = coordinate.replace(/^Mutation\.|^Patron\..*/, '') || 'me';
    const way =
      [...queries, ...mutations].find((one) => one.subgraph === subgraph && one.field().startsWith(root)) ??
      expect.fail(`there is no way to ${coordinate}`);
    const owner = patron(way.owner === whoeverAsks ? another : (way.owner ?? another));
    const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
    const isRefusedTo = async (caller: Caller) =>
      (await verdictsOn(way, caller, system)).find((verdict) => verdict.coordinate === coordinate)?.isRefused;
    expect(await isRefusedTo({ ...owner, signedInAt: ago(freshSeconds + 2) })).toBe(true);
    expect(await isRefusedTo({ ...owner, signedInAt: null })).toBe(true);
    expect(await isRefusedTo({ ...owner, signedInAt: ago(freshSeconds - 10) })).toBe(false);
    if (root !== 'me') {
      const staff = { ...owner, scopes: new Set(['patrons:write', 'credentials:write']), signedInAt: null };
      expect(await isRefusedTo(staff)).toBe(false);
    }
  });
});

describe('fields of inputs', () => {
  test('are all asked for', () => {
    const declared = subgraphs.flatMap((subgraph) =>
      limitedIn(subgraph).filter(([coordinate]) => /Input\./.test(coordinate)),
    );
    expect(declared.map(([coordinate]) => coordinate).sort()).toEqual(
      inputs.map(({ coordinate }) => coordinate).sort(),
    );
  });

  test.each(inputs)('$coordinate', async ({ subgraph, coordinate, field, owner, sender, problem }) => {
    const rule = accessTo(subgraph, coordinate);
    const senders = [
      ...(sender === 'owner' ? [] : [patron(owner, ...sender)]),
      ...[[], ...allScopes.map((scope) => [scope])].map((scopes) =>
        sender === 'owner' ? patron(owner, ...scopes) : holderOf(...sender, ...scopes),
      ),
    ];
    for (const caller of senders) {
      const document = `mutation { payload: ${field()} { problems { field } } }`;
      const { data, refused } = await askSubgraph(system, subgraph, document, caller);
      const isRefused =
        problem === undefined
          ? refused.has('payload')
          : JSON.stringify(data).includes(`"field":${JSON.stringify(problem)}`);
      const grants = grantsOf(rule, caller, { subgraph, field, owner }, false);
      expect(isRefused, describeCaller(caller)).toBe(grants.length === 0);
    }
  });
});
