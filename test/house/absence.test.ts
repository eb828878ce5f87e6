/** The rules of CONTRIBUTING.md, "What may be absent". They read source as text: TypeScript 7 has no API for programs. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Folders that don't keep the rules yet. The list only shrinks. */
const notYet: readonly string[] = [
  'adapters',
  'apps',
  'gateway/engine',
  'gateway/executor',
  'gateway/planner',
  'gateway/supergraph',
  'simulators',
  'store',
  'subgraphs/circulation',
  'subgraphs/credentials',
  'subgraphs/notices',
  'subgraphs/operations',
  'subgraphs/patrons',
  'telemetry',
];

/** Shapes that somebody else defines: the files that have them, and who it is. */
const shapesOfOthers: readonly (readonly [files: RegExp, reason: string])[] = [
  [/^subgraphs\/\w+\/resolvers\//, 'arguments and inputs of GraphQL'],
  [/^subgraphs\/library\/reader-presented\.ts$/, 'an input of GraphQL'],
  [/^subgraphs\/runtime\/pagination\.ts$/, 'arguments of GraphQL'],
  [/^subgraphs\/runtime\/serve\.ts$/, "GraphQL's answer, as JSON"],
];
const isOfOthers = (file: string) => shapesOfOthers.some(([files]) => files.test(file));

const all = globSync(
  '{adapters,apps,edge,embedded,gateway,platform,schema,simulators,store,subgraphs,telemetry}/**/*.{ts,tsx}',
  { cwd: root, exclude: (file) => /(?:^|\/)(?:node_modules|dist)$/.test(file) },
).filter((file) => !file.endsWith('.generated.ts'));
const sources = all.filter((file) => !notYet.some((folder) => file.startsWith(`${folder}/`)));

/** What the finder finds in these files, without their comments. */
const findIn = (files: readonly string[], find: (source: string) => readonly string[]): string[] =>
  files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8').replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, '');
    return find(source).map((found) => `${file}: ${found}`);
  });

const optional = /\b\w+\?: /g;

/** The type that begins at `start`, without what is in brackets, and without what a function type returns. */
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

/** Properties of types that are named as data is, and of what a function is declared to return. */
const data = [
  /\b(?:interface|type) \w*(?:Answer|Config|Decision|Outcome|Payload|Report|Result|View)\b[^{;]*(\{[^}]*\})/g,
  /\): (?:Promise<)?(?:Readonly<)?(\{[^}]*\})/g,
];
const findOptionalData = (source: string): string[] =>
  data
    .flatMap((declaration) => [...source.matchAll(declaration)])
    .flatMap(([, properties = '']) => properties.match(optional) ?? []);

/** In a port, each property is data, but for those of an amendment. */
const findOptionalInPort = (source: string): string[] => source.match(/\breadonly \w+\?: /g) ?? [];

const findConditionalSpreads = (source: string): string[] =>
  source.match(/\.\.\.\((?:[^()]|\([^()]*\))*?(?:&&\s*\{|[?:]\s*\{\s*\}\s*[:)])/g) ?? [];

test('no property is both optional and nullable', () => {
  const ours = sources.filter((file) => !isOfOthers(file));
  expect(findIn(ours, findBoth)).toEqual([]);
});

test('data has every property', () => {
  const ours = sources.filter((file) => !isOfOthers(file));
  const ports = ours.filter((file) => /\/port(?:\.ts$|\/)/.test(file));
  expect([...findIn(ours, findOptionalData), ...findIn(ports, findOptionalInPort)]).toEqual([]);
});

test('no property is left out by a spread', () => {
  expect(findIn(sources, findConditionalSpreads)).toEqual([]);
});

test.each(shapesOfOthers)('%s has a property that is both: %s', (files) => {
  const others = all.filter((file) => files.test(file));
  expect(findIn(others, findBoth)).not.toEqual([]);
});

describe('the finders', () => {
  test.each([
    ['readonly tls?: ServerTls | null;', findBoth],
    ['(operation?: Asked, context?: Context | null): void', findBoth],
    ['readonly guarantor?: { readonly name: string } | null;', findBoth],
    ['interface HoldOutcome extends Outcome {\n  readonly hold?: Hold;\n}', findOptionalData],
    ['function requestIds(): { readonly reqId?: string } {', findOptionalData],
    ['readonly after?: PatronNumber;', findOptionalInPort],
    ['{ ...(tls !== null && { tls }) }', findConditionalSpreads],
    ['{ ...(name === undefined ? {} : { NAME: name }) }', findConditionalSpreads],
    ['{ ...(isSecure ? { tls } : {}) }', findConditionalSpreads],
  ])('find %s', (source, find) => {
    expect(find(source)).toHaveLength(1);
  });

  test.each([
    ['readonly onPlanned?: (ms: number, error: PlanningError | null) => void;', findBoth],
    ['readonly find?: (id: string) => Session | null;', findBoth],
    ['readonly name?: string; readonly found: Row | null;', findBoth],
    ['const isHttp = /^https?: /.test(text) ? null : url;', findOptionalData],
    ['interface HealthOptions {\n  readonly now?: () => number;\n}', findOptionalData],
    ['{ ...(isSecure ? { https } : { http }) }', findConditionalSpreads],
    ['[...(card === null ? [] : [card])]', findConditionalSpreads],
  ])('leave %s', (source, find) => {
    expect(find(source)).toEqual([]);
  });
});
