import { existsSync, readFileSync } from 'node:fs';
import { buildSchema, parse, printSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { type Audience, audiences } from '../../gateway/audiences.ts';
import { accessIn } from '../../schema/access.ts';
import { audienceTagsIn, checkTags, schemaFor } from '../../schema/audiences.ts';
import { broken } from './broken-promises.ts';
import { clientSchema } from './coordinates.ts';

const served = (audience: Audience) =>
  readFileSync(new URL(`../../schema/audiences/${audience}.graphql`, import.meta.url), 'utf8');
const promiseTo = (audience: Audience) =>
  new URL(`./promised/audiences/${audience}.graphql`, import.meta.url);

/** The breaking changes of the next release, each as `reader: Field …`. The CHANGELOG lists them. */
const changedNext = new Set<string>();

test.each(audiences.filter((audience) => existsSync(promiseTo(audience))))(
  '%s is served every name that it was promised',
  async (audience) => {
    const changes = await broken(readFileSync(promiseTo(audience), 'utf8'), served(audience));
    expect(changes.map((change) => `${audience}: ${change}`).filter((one) => !changedNext.has(one))).toEqual(
      [],
    );
  },
);

const rootFields = (audience: Audience): readonly string[] => {
  const schema = buildSchema(served(audience));
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {}),
  );
};

describe('what an audience sees', () => {
  test.each(audiences)(
    'is a part of the graph: what is valid for %s is valid in the graph',
    async (audience) => {
      expect(await broken(served(audience), printSchema(clientSchema()))).toEqual([]);
    },
  );

  test.each(audiences)('has the catalogue: %s', (audience) => {
    expect(rootFields(audience)).toEqual(expect.arrayContaining(['item', 'items', 'titles', 'branches']));
  });

  test('of a partner is the catalogue, the one question that partners may ask, and its changes', () => {
    expect(rootFields('partner')).toEqual([
      ...['item', 'items', 'titles', 'branches'],
      ...['verifyPatron', 'standingChanges'],
    ]);
  });

  test('leaves out no operation for everybody', () => {
    const seen = new Set(audiences.flatMap(rootFields));
    const all = [
      clientSchema().getQueryType(),
      clientSchema().getMutationType(),
      clientSchema().getSubscriptionType(),
    ].flatMap((type) => Object.keys(type?.getFields() ?? {}));
    expect(all.filter((field) => !seen.has(field))).toEqual([]);
  });
});

describe('a field is there', () => {
  const sdl = `
    type Query {
      book: Book
      me: Patron
        @access(own: true)
      patrons(filter: Filter): [Patron!]
        @access(scopes: ["patrons:read"])
      node(id: ID!): Node
        @access(own: true, scopes: ["patrons:read"])
      mine: Operation
        @tag(name: "reader")
    }
    type Mutation {
      lend(input: Lend!): Operation
        @access(scopes: ["circulation:write", "station"])
      verify: Boolean
        @access(scopes: ["partner:verify"])
    }
    interface Node { id: ID }
    type Book { title: String }
    type Draft implements Node { id: ID }
    type Patron implements Node {
      id: ID
      name: String
        @access(own: true)
      note: Note
        @access(scopes: ["patrons:read"])
    }
    type Note { text: String }
    interface Operation { id: ID }
    type LendOperation implements Operation { id: ID }
    type VerifyOperation implements Operation { id: ID }
    input Filter { name: String }
    input Lend {
      id: ID!
      waive: Boolean
        @access(scopes: ["circulation:write"])
    }`;
  const access = accessIn(sdl);
  const tags = audienceTagsIn(parse(sdl));
  const api = buildSchema(sdl, { assumeValidSDL: true });
  const part = (audience: Audience) => schemaFor(audience, api, access, tags);
  const fieldsOf = (audience: Audience, type: string): readonly string[] => {
    const found = part(audience).getType(type);
    return found !== undefined && 'getFields' in found ? Object.keys(found.getFields()) : [];
  };

  test.each([
    ['reader', ['book', 'me', 'node', 'mine'], []],
    ['partner', ['book'], ['verify']],
    ['station', ['book'], ['lend']],
    ['staff', ['book', 'patrons', 'node'], ['lend']],
    ['public', ['book'], []],
  ] as const)('where some %s may have it, and its tags name no others', (audience, queries, mutations) => {
    expect(fieldsOf(audience, 'Query')).toEqual(queries);
    expect(fieldsOf(audience, 'Mutation')).toEqual(mutations);
  });

  test('of an object or an input alike', () => {
    expect(fieldsOf('reader', 'Patron')).toEqual(['id', 'name']);
    expect(fieldsOf('staff', 'Patron')).toEqual(['id', 'note']);
    expect(fieldsOf('station', 'Lend')).toEqual(['id']);
    expect(fieldsOf('staff', 'Lend')).toEqual(['id', 'waive']);
  });

  test('and its type, but no type that nothing leads to', () => {
    const types = Object.keys(part('reader').getTypeMap());
    expect(types).toEqual(expect.arrayContaining(['Book', 'Patron']));
    expect(types).not.toEqual(expect.arrayContaining(['Note']));
    expect(types).not.toEqual(expect.arrayContaining(['Filter']));
  });

  test('and of the types of `Operation` those whose mutation is', () => {
    expect(Object.keys(part('station').getTypeMap())).toContain('LendOperation');
    expect(Object.keys(part('station').getTypeMap())).not.toContain('VerifyOperation');
  });

  test('and of the types of `Node` those that another field returns', () => {
    const types = Object.keys(part('reader').getTypeMap());
    expect(types).toEqual(expect.arrayContaining(['Node', 'Patron']));
    expect(types).not.toContain('Draft');
  });

  test('for no audience that may not have it, whatever a tag says', () => {
    const wrong = audienceTagsIn(parse('type Query { patrons: ID @tag(name: "reader") }'));
    expect(() => checkTags(wrong, access)).toThrow('Query.patrons: the tag "reader"');
    expect(() => checkTags(tags, access)).not.toThrow();
  });

  test('for everybody where its tags name no audience', () => {
    expect([...audienceTagsIn(parse('type Query { book: ID @tag(name: "catalogue") }'))]).toEqual([]);
  });
});

test('a promise to an audience is broken where it loses a field', async () => {
  const before = served('reader');
  const after = before.replace(/^ {2}me: Patron$/m, '  myself: Patron');
  expect(await broken(before, after)).toEqual(["Field 'me' was removed from object type 'Query'"]);
});
