import { capital } from '../../words.ts';
import { requestOfChange } from '../adapter/port.ts';
import {
  type ChangePlan,
  lookupMethod,
  type PatronFieldPlan,
  type Plan,
  type QueryPlan,
  type TypePlan,
} from '../plan.ts';
import { fieldOf } from './sdl.ts';

const scopesText = (scopes: readonly string[]): string =>
  `[${scopes.map((scope) => `'${scope}'`).join(', ')}]`;

/** Writes `resolvers.ts`: thin resolvers that check which patron the data is about. */
export function writeResolvers(plan: Plan): string {
  const { id, pascal, queries, keyQueries, changes } = plan;
  const hasChanges = changes.length > 0;
  const body = `/** The *${id}* subgraph. */
export function ${id}Subgraph(
  systemOf: ServicesOf<${pascal}System>,
  servicesOf: ServicesOf<Omit<${pascal}Services, '${id}'>>,
): SubgraphDefinition<${pascal}Context> {
  const withSystem = (callClass: CallClass): ${pascal}Services => ({
    ...servicesOf(callClass),
    ${id}: systemOf(callClass),
  });
  return {
    name: '${id}',
    createContext(caller, signal, operation) {
      const services = withSystem(classOf(caller, operation));
      return {
        caller,
        signal,
        services,
        ...createLoaders(services.${id}, signal),
        recordOpening: createOpenings(services, caller),
      };
    },
    ${
      hasChanges
        ? `start() {
      const services = withSystem('background');
      return startReconciler({ ...services, reconcilers: recoveryOf(services) });
    },`
        : ''
    }
    resolvers: {
      ${resolverMap(plan).join('\n')}
    },
  };
}
${
  [...queries, ...keyQueries].some(({ scopes }) => scopes.length === 0)
    ? `
/** @throws GraphQLError UNAUTHENTICATED for a caller without a token. */
function requireToken({ caller }: ${pascal}Context): void {
  if (!caller.authenticated) {
    requireRead(caller, null, []);
  }
}
`
    : ''
}`;
  return `${resolverImports(plan, body)}\n\n${body}`;
}

/** The resolvers by type, as text. */
function resolverMap({ id, pascal, types, queries, keyQueries, patronFields, changes }: Plan): string[] {
  const hasChanges = changes.length > 0;
  return [
    ...(queries.length + keyQueries.length === 0
      ? []
      : [
          `Query: {\n${[...keyQueries.map((query) => keyQuery(query, pascal)), ...queries.map((query) => queryResolver(query, pascal, id))].join('\n')}\n},`,
        ]),
    ...(hasChanges
      ? [`Mutation: {\n${changes.map((change) => mutation(change, pascal)).join('\n')}\n},`]
      : []),
    ...(patronFields.length === 0
      ? []
      : [
          `Patron: {\n__resolveReference: (patron: PatronReference) => patron,\n${patronFields.map((field) => patronResolver(field, pascal)).join('\n')}\n},`,
        ]),
    ...types.filter(({ key, lookup }) => key !== null && lookup !== null).map((type) => entity(type, pascal)),
    ...changes.map(
      ({ name, returns }) =>
        `${capital(name)}Payload: {\noperation: (operation: Operation) => operation,\n${fieldOf(returns)}: (operation: Operation) => resultOf(operation, stored${returns}),\nproblems: storedProblemsOf,\n},`,
    ),
    ...(hasChanges
      ? [
          `${pascal}Operation: {\nstate: operationFields.state,\nrequestedAt: operationFields.requestedAt,\nsettledAt: operationFields.settledAt,\n},`,
          `${pascal}Problem: problemResolvers,`,
        ]
      : []),
  ];
}

function resolverImports(plan: Plan, body: string): string {
  const { id, pascal, changes, queries, patronFields } = plan;
  const questions = queries
    .filter(({ values }) => values.length > 0)
    .map(({ name }) => `${capital(name)}Question`);
  const portTypes = [...questions, ...changes.map(requestOfChange), `${pascal}System`];
  const changeNames = [
    ...changes.map(({ name }) => name),
    'recoveryOf',
    ...new Set(changes.map(({ returns }) => `stored${returns}`)),
  ];
  return [
    `import type { ${portTypes.join(', ')} } from '../../adapters/${id}/port.ts';`,
    "import type { CallClass } from '../../platform/priority/call-classes.ts';",
    ...(changes.length === 0 ? [] : ["import type { Operation } from '../../store/journal/port.ts';"]),
    ...(changes.length === 0 ? [] : ["import { problemResolvers } from '../operations/problem.ts';"]),
    "import { createOpenings } from '../operations/reading-audit.ts';",
    ...(changes.length === 0
      ? []
      : [
          "import { startReconciler } from '../operations/reconciler.ts';",
          "import { operationFields, resultOf, storedProblemsOf } from '../operations/results/payload.ts';",
          "import { startSingleChange } from '../operations/adopted/single-change.ts';",
        ]),
    "import { classOf, type ServicesOf } from '../runtime/call-class.ts';",
    ...(body.includes('requireRead(') ? ["import { requireRead } from '../runtime/caller.ts';"] : []),
    "import type { SubgraphDefinition } from '../runtime/serve.ts';",
    ...(changes.length === 0 ? [] : [`import { ${changeNames.join(', ')} } from './changes.ts';`]),
    `import type { ${patronFields.length === 0 ? '' : 'PatronReference, '}${pascal}Context, ${pascal}Services } from './context.ts';`,
    "import { createLoaders } from './loaders.ts';",
  ].join('\n');
}

const check = (scopes: readonly string[]): string =>
  scopes.length === 0
    ? 'requireToken(context);'
    : `requireRead(context.caller, null, ${scopesText(scopes)});`;

const keyQuery = ({ name, scopes, type }: Plan['keyQueries'][number], pascal: string): string =>
  `${name}(_: unknown, args: { readonly ${type.key?.name}: string }, context: ${pascal}Context) {\n${check(scopes)}\nreturn context.${lookupMethod(type.name)}.load(args.${type.key?.name});\n},`;

function queryResolver({ name, scopes, values }: QueryPlan, pascal: string, id: string): string {
  const call = (question: string) => `return context.services.${id}.${name}(${question}context.signal);`;
  if (values.length === 0) {
    return `${name}(_: unknown, _args: unknown, context: ${pascal}Context) {\n${check(scopes)}\n${call('')}\n},`;
  }
  const type = `${capital(name)}Question`;
  return `${name}(_: unknown, args: ${argumentsType(values, type)}, context: ${pascal}Context) {\n${check(scopes)}\n${call(`${question(values, 'args')}, `)}\n},`;
}

/** The type of a resolver's arguments. An argument that may be null may also be absent. */
const argumentsType = (values: QueryPlan['values'], type: string): string =>
  values.some(({ isOptional }) => isOptional)
    ? `Partial<${type}> & Omit<${type}, ${optionalNames(values)}>`
    : type;

const optionalNames = (values: QueryPlan['values']): string =>
  values
    .filter(({ isOptional }) => isOptional)
    .map(({ name }) => `'${name}'`)
    .join(' | ');

const question = (values: QueryPlan['values'], from: string): string => {
  const optional = values.filter(({ isOptional }) => isOptional);
  return optional.length === 0
    ? from
    : `{ ...${from}, ${optional.map(({ name }) => `${name}: ${from}.${name} ?? null`).join(', ')} }`;
};

const patronResolver = ({ name, method, own, scopes }: PatronFieldPlan, pascal: string): string =>
  `async ${name}(patron: PatronReference, _args: unknown, context: ${pascal}Context) {
    requireRead(context.caller, ${own ? 'patron.id' : 'null'}, ${scopesText(scopes)});
    const [found] = await Promise.all([
      context.${method}.load(patron.id),
      context.recordOpening('RECORD', patron.id),
    ]);
    return found;
  },`;

const entity = ({ name, key }: TypePlan, pascal: string): string =>
  `${name}: {\n__resolveReference: (reference: { readonly ${key?.name}: string }, context: ${pascal}Context) =>\ncontext.${lookupMethod(name)}.load(reference.${key?.name}),\n},`;

function mutation(change: ChangePlan, pascal: string): string {
  const { name, own, scopes, values } = change;
  const request = requestOfChange(change);
  const type = argumentsType(values, request);
  return `${name}(
    _: unknown,
    { input: { reference, ...given } }: { readonly input: ${type.includes('&') ? `(${type})` : type} & { readonly reference: string } },
    context: ${pascal}Context,
  ) {
    requireRead(context.caller, ${own ? 'given.patronId' : 'null'}, ${scopesText(scopes)});
    const { services, caller } = context;
    const request = ${question(values, 'given')};
    return startSingleChange(services, services.${pascal.charAt(0).toLowerCase()}${pascal.slice(1)}, ${name}, caller, reference, request);
  },`;
}
