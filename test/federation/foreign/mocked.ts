/**
 * Subgraphs and one schema that answer with made-up values. A value depends only on its type, so that the gateway over
 * the subgraphs must give the same answer as the one schema.
 */
import {
  buildASTSchema,
  execute,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  parse,
  validate,
} from 'graphql';
import type { FetchSubgraph, SubgraphResponse } from '../../../gateway/executor/index.ts';
import { readTypes } from '../supergraphs/own-types.ts';
import { type Answering, isObject, pathOf } from '../supergraphs/supergraph.ts';

const itemsPerList = 2;

const leaves: Readonly<Record<string, unknown>> = {
  Int: 7,
  Float: 1.5,
  Boolean: true,
  ID: 'id',
  String: 'text',
};

/**
 * Chooses one object type for each abstract type, and one value for each enum. Clients and all subgraphs must know
 * them.
 */
export interface Choices {
  memberOf(abstractType: string): string | undefined;
  valueOf(enumType: string): string | undefined;
}

function mock(type: GraphQLOutputType, choices: Choices): unknown {
  if (isNonNullType(type)) {
    return mock(type.ofType, choices);
  }
  if (isListType(type)) {
    return Array.from({ length: itemsPerList }, () => mock(type.ofType, choices));
  }
  if (isLeafType(type)) {
    return mockLeaf(type, choices);
  }
  const typename = isAbstractType(type) ? choices.memberOf(type.name) : type.name;
  return typename === undefined ? null : { __typename: typename };
}

function mockLeaf(type: GraphQLLeafType, choices: Choices): unknown {
  return isEnumType(type) ? choices.valueOf(type.name) : (leaves[type.name] ?? 'custom');
}

/** Resolves a field to a made-up value. A field that a representation has keeps its value. */
export function mockResolver(choices: Choices): GraphQLFieldResolver<unknown, unknown> {
  return (source, { representations }, _context, { fieldName, returnType, schema }) => {
    if (Array.isArray(representations) && fieldName === '_entities') {
      return representations.map((representation) => withObjectType(representation, schema, choices));
    }
    const represented = isObject(source) ? source[fieldName] : undefined;
    return represented === undefined || isObject(represented) || Array.isArray(represented)
      ? mock(returnType, choices)
      : represented;
  };
}

/**
 * Resolves a field as a subgraph does: an external field only where it is provided or represented, and a field with
 * requirements only on an object that was looked up.
 */
function subgraphResolver(sdl: string, choices: Choices): GraphQLFieldResolver<unknown, unknown> {
  const types = readTypes(sdl);
  const names: Answering['names'] = new WeakMap();
  const resolve = mockResolver(choices);
  return (source, args, context, info) => {
    const { fieldName, parentType, path } = info;
    names.set(path, fieldName);
    const represented = isObject(source) ? Object.keys(source) : [];
    if (
      types.isExternal(parentType.name, fieldName) &&
      !represented.includes(fieldName) &&
      !types.isProvided(pathOf(info, names))
    ) {
      throw new Error(`${parentType.name}.${fieldName} is external here`);
    }
    if (types.requires(parentType.name, fieldName) && represented.length < 2) {
      throw new Error(`${parentType.name}.${fieldName} was requested without the fields that it requires`);
    }
    return resolve(source, args, context, info);
  };
}

/** A representation of an interface becomes an object of one of its types. */
function withObjectType(representation: object, schema: GraphQLSchema, choices: Choices): object {
  const type = schema.getType(String(Reflect.get(representation, '__typename')));
  return isAbstractType(type)
    ? { ...representation, __typename: choices.memberOf(type.name) }
    : representation;
}

/** The schema of a subgraph, from its SDL, with the fields by which gateways look up entities. */
function schemaOf(sdl: string): GraphQLSchema {
  const document = parse(sdl);
  const plain = buildASTSchema(document, { assumeValidSDL: true });
  const entities = Object.values(plain.getTypeMap()).filter(({ astNode }) =>
    astNode?.directives?.some(({ name }) => name.value === 'key'),
  );
  const names = entities.flatMap(({ name, astNode }) =>
    astNode?.kind === 'ObjectTypeDefinition' ? [name] : [],
  );
  if (names.length === 0) {
    return plain;
  }
  const query = plain.getQueryType()?.name;
  const field = '{ _entities(representations: [_Any!]!): [_Entity]! }';
  const added = `scalar _Any union _Entity = ${names.join(' | ')} ${query === undefined ? 'type' : 'extend type'} ${query ?? 'Query'} ${field}`;
  return buildASTSchema(parse(`${sdl}\n${added}`), { assumeValidSDL: true });
}

/** Answers the gateway's requests. For an invalid request, `invalid` is called with the problem. */
export function mockedFetch(
  sdls: Readonly<Record<string, string>>,
  choices: Choices,
  invalid: (problem: string) => void,
): FetchSubgraph {
  const subgraphs = new Map(
    Object.entries(sdls).map(([name, sdl]) => [
      name,
      { schema: schemaOf(sdl), fieldResolver: subgraphResolver(sdl, choices) },
    ]),
  );
  return async ({ subgraph, operation, variables }) => {
    const asked = subgraphs.get(subgraph);
    if (asked === undefined) {
      throw new Error(`no subgraph ${subgraph}`);
    }
    const { schema } = asked;
    const document = parse(operation);
    for (const { message } of validate(schema, document)) {
      invalid(`${subgraph}: ${message}\n${operation}`);
    }
    const result = await execute({ ...asked, document, variableValues: variables });
    return JSON.parse(JSON.stringify(result)) as SubgraphResponse;
  };
}
