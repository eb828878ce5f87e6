import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { type FieldDefinitionNode, Kind, OperationTypeNode, parse } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { askGraph } from '../../support/graph/ask-graph.ts';
import { openEventStream } from '../../support/graph/event-stream.ts';
import { startEmbeddedGraph } from '../../support/services/embedded-graph.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

/** These tests run the guides' examples in their order, against `npm start`. */
const folder = new URL('../../../docs/guides/', import.meta.url);
const schemaFolder = new URL('../../../schema/', import.meta.url);
/**
 * The other guides have tests of their own: sip2-guides.test.ts and sign-in-guide.test.ts. stations.md has no requests.
 */
const pages = globSync('*.md', { cwd: folder.pathname })
  .filter((page) => !page.startsWith('sip2-') && page !== 'sign-in.md' && page !== 'stations.md')
  .sort();

interface Block {
  readonly language: string;
  /** The text after the language on the block's first line. */
  readonly note: string;
  readonly text: string;
}

const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', note = '', text = '']) => ({ language, note, text }),
  );

interface Example {
  /** The arguments of `npm run token` above the example. It is null for an anonymous caller. */
  readonly caller: string | null;
  readonly document: string;
  readonly variables: string | null;
  readonly answer: string | null;
}

/** The examples: each GraphQL block, with the variables and the answer that follow it. */
function examplesOf(blocks: readonly Block[]): Example[] {
  let caller: string | null = null;
  return blocks.flatMap(({ language, note, text }, index) => {
    const token = /^npm run --silent token -- (.+)$/m.exec(text)?.[1];
    if (language === 'sh' && token !== undefined) {
      caller = token;
    }
    if (language !== 'graphql') {
      return [];
    }
    const following = blocks.slice(index + 1, index + 3);
    const variables = following[0]?.note === 'variables' ? following[0] : null;
    const answer = following.slice(variables === null ? 0 : 1)[0];
    return {
      caller: note === 'anonymous' ? null : caller,
      document: text,
      variables: variables?.text ?? null,
      answer: answer?.note === 'answer' ? answer.text : null,
    };
  });
}

const nameOf = ({ document }: Example): string => {
  const [definition] = parse(document).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? (definition.name?.value ?? '') : '';
};

/** Parses the arguments as `gateway/access/print-token.ts` does. */
function claimsOf(command: string) {
  const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const { values } = parseArgs({
    args,
    options: {
      patron: { type: 'string' },
      staff: { type: 'boolean' },
      scope: { type: 'string' },
      client: { type: 'string' },
      branch: { type: 'string' },
    },
  });
  const { patron, scope, client, branch } = values;
  return {
    subject: patron ?? 'staff',
    // A second ahead: another example may have ended all sign-ins up to the present second.
    ...(patron !== undefined && { patronId: patron, signedInAt: Math.floor(Date.now() / 1000) + 1 }),
    ...(scope !== undefined && { scope }),
    ...(client !== undefined && { clientId: client }),
    ...(branch !== undefined && { branch }),
  };
}

const isSubscription = ({ document }: Example): boolean =>
  parse(document).definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === OperationTypeNode.SUBSCRIPTION,
  );

/** The first event of a subscription. An example without an answer only shows that the stream is opened. */
async function firstEvent({ origin, issuer }: System, example: Example, variables: object) {
  const { caller, document, answer } = example;
  const token = caller === null ? null : await issuer.sign(claimsOf(caller), 600);
  await using stream = await openEventStream(origin, document, { token, variables });
  return answer === null ? {} : (await stream.next()).body;
}

type System = Awaited<ReturnType<typeof startEmbeddedGraph>>;

/**
 * Waits until both indexes are whole. This takes seconds after the start, or longer on a busy machine. Until then, figures
 * are not ready, and lists lack entries that nobody has touched for 90 days.
 */
async function untilIndexIsWhole({ origin, issuer }: System): Promise<void> {
  const token = await issuer.sign({ subject: 'staff', scope: 'circulation:read charges:read' }, 600);
  await vi.waitUntil(
    async () =>
      !(
        'errors' in
        (await askGraph(origin, '{ branches { loansOut } owingPatrons { totalCount } }', { token }))
      ),
    { timeout: 60_000, interval: 200 },
  );
}

/** The value to expect. `"…"` stands for any text or number. */
function expected(value: unknown): unknown {
  if (value === '…') {
    return expect.toBeOneOf([expect.any(String), expect.any(Number)]);
  }
  if (Array.isArray(value)) {
    return value.map(expected);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const fields = Object.entries(value).map(([key, one]) => [key, expected(one)] as const);
  const { dueOn } = value as { dueOn?: unknown };
  // Whether a loan is overdue may depend on the day on which the test runs.
  const isDated = typeof dueOn === 'string' && 'overdue' in value;
  return { ...Object.fromEntries(fields), ...(isDated ? { overdue: expect.any(Boolean) } : {}) };
}

/** Keeps the latest text of each key in an answer. Later variables refer to it as `<key>`. */
function remember(value: unknown, known: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  for (const [key, one] of Object.entries(value)) {
    if (typeof one === 'string') {
      known.set(key, one);
    } else {
      remember(one, known);
    }
  }
}

/** Whether no new client uses the field, because it is deprecated or inaccessible. */
const isForNobody = ({ directives = [] }: FieldDefinitionNode) =>
  directives.some(({ name }) => ['deprecated', 'inaccessible'].includes(name.value));

/** The operations that a new client uses. */
function rootFields(): Set<string> {
  const schemas = globSync('{patrons,credentials,circulation,charges}.graphql', {
    cwd: schemaFolder.pathname,
  });
  const definitions = schemas.flatMap(
    (file) => parse(readFileSync(new URL(file, schemaFolder), 'utf8')).definitions,
  );
  const names = definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
    /^(?:Query|Mutation|Subscription)$/.test(definition.name.value)
      ? (definition.fields ?? []).filter((field) => !isForNobody(field)).map(({ name }) => name.value)
      : [],
  );
  return new Set(names);
}

const askedFor = ({ document }: Example): string[] =>
  parse(document).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((selection) =>
          selection.kind === Kind.FIELD ? [selection.name.value] : [],
        )
      : [],
  );

test('every operation of the graph has an example', () => {
  const examples = pages.flatMap((page) => examplesOf(blocksOf(readFileSync(new URL(page, folder), 'utf8'))));
  expect(new Set(examples.flatMap(askedFor))).toEqual(rootFields());
});

describe.each(pages)('docs/guides/%s', (page) => {
  test('every example returns the answer that the guide shows', { timeout: 90_000 }, async () => {
    const markdown = await readFile(new URL(page, folder), 'utf8');
    const examples = examplesOf(blocksOf(markdown));
    expect(examples.length).toBeGreaterThan(0);
    await using dataDir = await openTemporaryFolder();
    await using system = await startEmbeddedGraph(dataDir.path);
    await untilIndexIsWhole(system);
    const ask = async ({ caller, document: query }: Example, variables: object) => {
      const token = caller === null ? null : await system.issuer.sign(claimsOf(caller), 600);
      return await askGraph(system.origin, query, { token, variables });
    };
    const known = new Map<string, string>();
    for (const example of examples) {
      const filled = example.variables?.replace(
        /<(\w+)>/g,
        (_, key: string) => known.get(key) ?? `no ${key}`,
      );
      const variables = filled === undefined ? {} : (JSON.parse(filled) as object);
      const answer = isSubscription(example)
        ? await firstEvent(system, example, variables)
        : await ask(example, variables);
      const name = `${basename(page)}: ${nameOf(example)}`;
      if (example.answer === null) {
        expect(answer, name).not.toHaveProperty('errors');
      } else {
        expect(answer, name).toEqual(expected(JSON.parse(example.answer)));
      }
      remember(answer, known);
    }
  });

  test('every link has a target', async () => {
    const markdown = await readFile(new URL(page, folder), 'utf8');
    for (const [, target = ''] of markdown.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      await expect(readFile(new URL(target, folder), 'utf8')).resolves.not.toBe('');
    }
  });
});
