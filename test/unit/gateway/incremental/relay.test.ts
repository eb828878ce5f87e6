/** Relay's runtime takes an answer in parts, with an artifact as its compiler makes it. */
import { setTimeout } from 'node:timers/promises';
import { meros } from 'meros/browser';
import {
  createOperationDescriptor,
  Environment,
  type GraphQLResponse,
  Network,
  Observable,
  RecordSource,
  Store,
} from 'relay-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningGateway, startOver } from '../from-file/running.ts';
import { createWorld, type World } from '../from-file/supergraph-fixture.ts';

let world: World;
let gateway: RunningGateway;
beforeAll(async () => {
  world = await createWorld();
  gateway = await startOver(world);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const label = 'Home$defer$Reviews';
const text = `
  query Home { me { id ...Reviews @defer(label: "${label}") } }
  fragment Reviews on User { reviews(first: 1) { id } }`;

const scalar = (name: string) => ({ alias: null, args: null, kind: 'ScalarField', name, storageKey: null });
const linked = (name: string, concreteType: string, plural: boolean, selections: object[]) => ({
  alias: null,
  args: null,
  concreteType,
  kind: 'LinkedField',
  name,
  plural,
  selections,
  storageKey: null,
});
const first = [{ kind: 'Literal', name: 'first', value: 1 }];
const reviews = {
  ...linked('reviews', 'Review', true, [scalar('id')]),
  args: first,
  storageKey: 'reviews(first:1)',
};
/** What Relay's compiler makes of the text. */
const artifact = {
  kind: 'Request',
  fragment: {
    argumentDefinitions: [],
    kind: 'Fragment',
    metadata: null,
    name: 'Home',
    selections: [
      linked('me', 'User', false, [
        scalar('id'),
        { kind: 'Defer', selections: [{ args: null, kind: 'FragmentSpread', name: 'Reviews' }] },
      ]),
    ],
    type: 'Query',
    abstractKey: null,
  },
  operation: {
    argumentDefinitions: [],
    kind: 'Operation',
    name: 'Home',
    selections: [
      linked('me', 'User', false, [scalar('id'), { if: null, kind: 'Defer', label, selections: [reviews] }]),
    ],
  },
  params: { cacheID: 'home', id: null, metadata: {}, name: 'Home', operationKind: 'query', text },
};

/** The network layer of an application: the parts of an answer, as Relay wants them. */
const network = Network.create((request) =>
  Observable.create<GraphQLResponse>((sink) => {
    const read = async () => {
      const response = await gateway.post(
        { query: request.text },
        { accept: 'multipart/mixed;deferSpec=20220824, application/json' },
      );
      const parts = await meros<Part>(response, { multiple: false });
      if (parts instanceof Response) {
        throw new Error(`one whole answer: ${await parts.text()}`);
      }
      for await (const { json, body } of parts) {
        if (!json) {
          throw new Error('a part is no JSON');
        }
        const { incremental, hasNext, ...initial } = body;
        const told: readonly object[] = incremental ?? [initial];
        sink.next(
          told.map((one) => ({ ...one, extensions: { is_final: !hasNext } })) as unknown as GraphQLResponse,
        );
      }
      sink.complete();
    };
    read().catch((error: Error) => sink.error(error));
  }),
);

interface Part {
  readonly incremental?: readonly object[];
  readonly hasNext: boolean;
}

test('Relay keeps the fields of a part when it arrives', async () => {
  world.intercept = async ({ subgraph }) => {
    await setTimeout(subgraph === 'reviews' ? 100 : 0);
    return false;
  };
  const environment = new Environment({ network, store: new Store(new RecordSource()) });
  const operation = createOperationDescriptor(artifact as never, {});
  const seen: unknown[] = [];
  const reviewsOf = (id: string) => environment.getStore().getSource().get(id)?.['reviews(first:1)'] ?? null;
  await new Promise<void>((resolve, reject) => {
    environment.execute({ operation }).subscribe({
      next: () => seen.push(reviewsOf('u0')),
      error: reject,
      complete: resolve,
    });
  });
  world.intercept = null;
  expect(seen).toEqual([null, { __refs: ['r0'] }]);
  expect(environment.getStore().getSource().get('r0')).toMatchObject({ __typename: 'Review', id: 'r0' });
});
