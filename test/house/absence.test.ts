/**
 * The rules of CONTRIBUTING.md, "What may be absent". The tests read the source as text, because TypeScript 7 has no
 * API for programs.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/**
 * Types whose shape is defined by somebody else. `types` matches the names of these types. If `types` is null, all
 * types in the files and all types of arguments are meant.
 */
interface ForeignShape {
  readonly files: RegExp;
  readonly types: RegExp | null;
  readonly whose: string;
}

const foreignShapes: readonly ForeignShape[] = [
  { files: /^subgraphs\/\w+\/resolvers\//, types: null, whose: 'arguments and inputs of GraphQL' },
  {
    files: /^subgraphs\/credentials\/rules\/applications\/form\.ts$/,
    types: null,
    whose: 'inputs of GraphQL',
  },
  {
    files: /^subgraphs\/credentials\/partners\/verify-patron\.ts$/,
    types: /VerifyPatronInput/,
    whose: 'an input of GraphQL',
  },
  {
    files: /^subgraphs\/credentials\/sign-in\/attempts\.ts$/,
    types: /SignInAttempt/,
    whose: 'an input of GraphQL',
  },
  {
    files: /^subgraphs\/circulation\/lending\/check-(?:in|out)\.ts$/,
    types: /Check(?:In|Out)Input/,
    whose: 'an input of GraphQL',
  },
  {
    files: /^subgraphs\/circulation\/procedures\/lend-held-item\.ts$/,
    types: /LendHeldItemInput/,
    whose: 'an input of GraphQL',
  },
  {
    files: /^subgraphs\/circulation\/lending\/find-card\.ts$/,
    types: /CredentialPresented/,
    whose: 'an input of GraphQL',
  },
  {
    files: /^subgraphs\/circulation\/lending\/holds\.ts$/,
    types: /PlaceHoldInput/,
    whose: 'an input of GraphQL',
  },
  {
    files: /^subgraphs\/library\/reader-presented\.ts$/,
    types: /ReaderPresented/,
    whose: 'an input of GraphQL',
  },
  {
    files: /^subgraphs\/runtime\/pagination\.ts$/,
    types: /(?:Page|Slice)Input/,
    whose: 'arguments of GraphQL',
  },
  { files: /^apps\/kit\/src\/graph\.ts$/, types: /AnswerBody/, whose: "GraphQL's answer, as JSON" },
  { files: /^apps\/graphiql\/src\/graph\.ts$/, types: /Answer/, whose: "GraphQL's answer, as JSON" },
  { files: /^subgraphs\/runtime\/serve\.ts$/, types: /SubgraphAnswer/, whose: "GraphQL's answer, as JSON" },
  { files: /^gateway\/engine\/request\.ts$/, types: /GraphQLResult/, whose: "GraphQL's answer, as JSON" },
  {
    files: /^gateway\/executor\/run\/execution-context\.ts$/,
    types: /ExecutionResult/,
    whose: "GraphQL's answer, as JSON",
  },
  {
    files: /^gateway\/executor\/run\/subgraph\.ts$/,
    types: /SubgraphResponse/,
    whose: "GraphQL's answer, as JSON",
  },
  { files: /^gateway\/hooks\/hooks\.ts$/, types: /\w+Decision/, whose: "what operators' functions return" },
  {
    files: /^subgraphs\/patrons\/rules\/[\w-]+-amendment\.ts$/,
    types: null,
    whose: 'amendments, as GraphQL has them',
  },
  {
    files: /^adapters\/patrons\/port\.ts$/,
    types: /(?:Contact|Patron)Changes/,
    whose: 'amendments: null removes',
  },
  {
    files: /^apps\/kit\/src\/follow\/options\.ts$/,
    types: /FollowVariables/,
    whose: 'variables of GraphQL',
  },
  {
    files: /^apps\/kit\/src\/follow\/transport\.ts$/,
    types: /StreamResult/,
    whose: 'a result of GraphQL',
  },
  { files: /^apps\/kit\/src\/caches\/stale\.ts$/, types: /ThinEvent/, whose: 'a selection of GraphQL' },
  { files: /^apps\/kit\/src\/caches\/urql\.ts$/, types: /UrqlResult/, whose: 'urql' },
];

const sources = globSync(
  '{adapters,apps,edge,embedded,gateway,platform,schema,simulators,store,subgraphs,telemetry}/**/*.{ts,tsx}',
  { cwd: root, exclude: (file) => /(?:^|\/)(?:node_modules|dist)$/.test(file) },
).filter((file) => !file.endsWith('.generated.ts'));

/** The source without its comments. */
const sourceOf = (file: string): string =>
  readFileSync(join(root, file), 'utf8').replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, '');

/** The source without its comments and without the shapes that somebody else defines. */
const ownSourceOf = (file: string): string =>
  foreignShapes
    .filter(({ files }) => files.test(file))
    .reduce(
      (rest, { types }) => (types === null ? '' : rest.replaceAll(declarationOf(types), '')),
      sourceOf(file),
    );

const declarationOf = (types: RegExp) =>
  new RegExp(`^(?:export )?interface ${types.source}\\b[^]*?^\\}`, 'gm');

/** The matches of `find` in the files, each with the file's name. */
const findIn = (files: readonly string[], find: (source: string) => readonly string[]): string[] =>
  files.flatMap((file) => find(ownSourceOf(file)).map((found) => `${file}: ${found}`));

const optional = /\b\w+\?: /g;

/** The type that begins at `start`. The contents of brackets are left out, and so are the results of function types. */
function typeAt(source: string, start: number): string {
  let depth = 0;
  let type = '';
  for (const char of source.slice(start).replaceAll('=>', '→')) {
    if (depth === 0 && ';,=→)}'.includes(char)) {
      break;
    }
    if ('([{<'.includes(char)) {
      depth += 1;
    } else if (')]}>'.includes(char)) {
      depth -= 1;
    } else if (depth === 0) {
      type += char;
    }
  }
  return type;
}

const findBoth = (source: string): string[] =>
  [...source.matchAll(optional)]
    .filter((match) => /\bnull\b/.test(typeAt(source, match.index + match[0].length)))
    .map(([name]) => name);

/**
 * Patterns that find the properties of data. A type is data if its name ends with one of these words. The declared
 * result of a function is data, too.
 */
const data = [
  /\b(?:interface|type) \w*(?:Answer|Config|Decision|Outcome|Payload|Report|Result|View)\b[^{;]*(\{[^}]*\})/g,
  /\): (?:Promise<)?(?:Readonly<)?(\{[^}]*\})/g,
];
const findOptionalData = (source: string): string[] =>
  data
    .flatMap((declaration) => [...source.matchAll(declaration)])
    .flatMap(([, properties = '']) => properties.match(optional) ?? []);

/**
 * In a port, every property is data, so none may be optional. `source` no longer has the amendments, which are in
 * `foreignShapes`.
 */
const findOptionalInPort = (source: string): string[] => source.match(/\breadonly \w+\?: /g) ?? [];

const findConditionalSpreads = (source: string): string[] =>
  source.match(/\.\.\.\((?:[^()]|\([^()]*\))*?(?:&&\s*\{|[?:]\s*\{\s*\}\s*[:)])/g) ?? [];

test('no property is both optional and nullable', () => {
  expect(findIn(sources, findBoth)).toEqual([]);
});

test('data has every property', () => {
  const ports = sources.filter((file) => /\/port(?:\.ts$|\/)/.test(file));
  expect([...findIn(sources, findOptionalData), ...findIn(ports, findOptionalInPort)]).toEqual([]);
});

test('no property is left out by a spread', () => {
  const found = sources.map((file) => [file, findConditionalSpreads(sourceOf(file))] as const);
  expect(found.filter(([, spreads]) => spreads.length > 0)).toEqual([]);
});

/** Whether a file of `foreignShapes` still has what is excused. */
const isStillForeign = ({ files, types }: ForeignShape): boolean =>
  sources
    .filter((file) => files.test(file))
    .map(sourceOf)
    .flatMap((source) => (types === null ? [source] : (source.match(declarationOf(types)) ?? [])))
    .some((shape) => shape.match(optional) !== null);

test('every shape that somebody else defines is still there', () => {
  const gone = foreignShapes.filter((shape) => !isStillForeign(shape));
  expect(gone.map(({ files, whose }) => `${files}: ${whose}`)).toEqual([]);
});

type Example = readonly [string, (source: string) => readonly string[]];

describe('the finders', () => {
  const found: readonly Example[] = [
    ['readonly tls?: ServerTls | null;', findBoth],
    ['(operation?: Asked, context?: Context | null): void', findBoth],
    ['readonly guarantor?: { readonly name: string } | null;', findBoth],
    ['interface HoldOutcome extends Outcome {\n  readonly hold?: Hold;\n}', findOptionalData],
    ['function requestIds(): { readonly reqId?: string } {', findOptionalData],
    ['readonly after?: PatronNumber;', findOptionalInPort],
    ['{ ...(tls !== null && { tls }) }', findConditionalSpreads],
    ['{ ...(name === undefined ? {} : { NAME: name }) }', findConditionalSpreads],
    ['{ ...(isSecure ? { tls } : {}) }', findConditionalSpreads],
  ];
  test('find each of these once', () => {
    expect(found.filter(([source, find]) => find(source).length !== 1)).toEqual([]);
  });

  const left: readonly Example[] = [
    ['readonly onPlanned?: (ms: number, error: PlanningError | null) => void;', findBoth],
    ['readonly find?: (id: string) => Session | null;', findBoth],
    ['readonly name?: string; readonly found: Row | null;', findBoth],
    ['const isHttp = /^https?: /.test(text) ? null : url;', findOptionalData],
    ['interface HealthOptions {\n  readonly now?: () => number;\n}', findOptionalData],
    ['{ ...(isSecure ? { https } : { http }) }', findConditionalSpreads],
    ['[...(card === null ? [] : [card])]', findConditionalSpreads],
  ];
  test('leave each of these', () => {
    expect(left.filter(([source, find]) => find(source).length > 0)).toEqual([]);
  });
});
