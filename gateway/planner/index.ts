import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { buildASTSchema, parse, print, visit } from 'graphql';
import type { PlanNode } from '../executor/index.ts';
import {
  aroundPlanner,
  contextArgumentsIn,
  foreignFieldsIn,
  rootFieldsApart,
  spreadInterfaceFields,
} from './around.ts';
import { isGone, isOverload, mayBePlannedOtherwise, planByWays } from './plan-by-ways.ts';
import { readPlan, UnusablePlan } from './read-plan.ts';

/**
 * An operation can't be planned. `cause` is the planner's own error, and `document` what it was to plan: for the log, which has
 * of both what may stand there (`planning-diagnosis.ts`); neither is ever shown to a client.
 */
export class PlanningError extends Error {
  override readonly name = 'PlanningError';
  readonly document: string;

  constructor(cause: unknown, document: string) {
    super("The operation can't be planned.", { cause });
    this.document = document;
  }

  /** Whether it may be another time: the planner has not said that there is no plan. */
  get mayPass(): boolean {
    return isGone(this.cause);
  }

  /** Whether the planner was not even asked: the gateway has too much to do. */
  get isOverload(): boolean {
    return isOverload(this.cause);
  }
}

export interface Planner {
  /** What clients may see of the supergraph, as SDL. */
  readonly consumerSdl: string;
  /** The shares of requests, in per cent, for which fields are asked of the subgraph that takes them over: `percent(N)`. */
  readonly overridePercentages: readonly number[];
  /** Whether a plan may mean something by the name: no key that is invented for an operation may be it. */
  isTaken(name: string): boolean;
  /**
   * The plan of a document with one operation; off the event loop. The document must be valid and have neither
   * introspection nor conditions in it: the planner checks nothing. A field that is taken over by a share of requests is
   * asked of the new subgraph where `percentage`, from 0 to below 100, is below that share. Rejects only with
   * `PlanningError`.
   */
  plan(document: string, percentage: number): Promise<PlanNode>;
}

/** With `planner/`, the only thing here that knows which query planner this is. Throws where the supergraph is none. */
export function createPlanner(supergraphSdl: string): Planner {
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const { ways, reading, isTaken } = aroundPlanner(supergraph);
  const { consumerSchema, overridePercentages } = new QueryPlanner(supergraphSdl);
  const consumerSdl = forClients(consumerSchema);
  const contextArgument = contextArgumentsIn(supergraph);
  const foreignField = foreignFieldsIn(supergraph);
  const schemaForClients = lazily(() => buildASTSchema(parse(consumerSdl), { assumeValidSDL: true }));
  const planByAny = planByWays({
    ways,
    read: (node, { findWrong }) => {
      const plan = readPlan(node, reading);
      const coordinate = contextArgument(plan);
      if (coordinate !== undefined) {
        throw new Error(`${coordinate} takes an argument from a context`);
      }
      const wrong = findWrong(plan);
      if (wrong !== undefined) {
        throw new UnusablePlan(`the plan may have mistaken what ${wrong} requires`);
      }
      const foreign = foreignField(plan);
      if (foreign !== undefined) {
        throw new UnusablePlan(`the plan asks for ${foreign} of a subgraph that does not have it`);
      }
      return plan;
    },
    spread: (document) => spreadInterfaceFields(document, schemaForClients()),
  });
  /** Where there is no plan for all of it, there may be one for each of its root fields. */
  const planWholeOrApart = async (document: string, percentage: number): Promise<PlanNode> => {
    try {
      return await planByAny(document, percentage);
    } catch (error) {
      const documents = mayBePlannedOtherwise(error) && !isGone(error) ? rootFieldsApart(document) : [];
      if (documents.length < 2) {
        throw error;
      }
      const nodes = await Promise.all(documents.map((each) => planByAny(each, percentage)));
      return { kind: 'parallel', nodes };
    }
  };
  return {
    consumerSdl,
    isTaken,
    overridePercentages,
    async plan(document, percentage) {
      try {
        return await planWholeOrApart(document, percentage);
      } catch (error) {
        throw new PlanningError(error, document);
      }
    },
  };
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * The SDL that the planner makes for clients, without what is no part of it. It declares `__schema` and `__type`, which every
 * schema has without saying so, as fields of the root type; and graphql-js' own directives, with `@oneOf` on the wrong places
 * and twice.
 */
function forClients(sdl: string): string {
  const all = parse(sdl, { noLocation: true });
  const names = new Set(
    all.definitions.map((definition) => ('name' in definition ? definition.name?.value : '')),
  );
  const document = visit(all, {
    DirectiveDefinition: () => null,
    // It leaves inaccessible types out, but not from the unions that they are in.
    UnionTypeDefinition: (union) => ({
      ...union,
      types: union.types?.filter(({ name }) => names.has(name.value)) ?? [],
    }),
    FieldDefinition: ({ name }) => (name.value.startsWith('__') ? null : undefined),
  });
  return print(document);
}
