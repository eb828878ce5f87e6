/** Attacks with a subgraph's answers that are within the default limit, and as expensive as possible to process. */
import { bodyOf, type Family, nearly, type Random } from './attack.ts';

/** The schema of the second gateway (`startOther`). It has one subgraph. */
export const otherSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { all: [Thing] one: Thing }
  type Thing @key(fields: "id") { id: ID name: String count: Int parts: [Thing] deep: Thing }`;

const small = bodyOf('{ all { count } }');
const wide = bodyOf('{ all { id name count parts { id name count } deep { id } } }');

function answered(name: string, body: string, bytes: number, text: (bytes: number) => string): Family {
  return {
    name: `subgraph: ${name}`,
    make: (random: Random) => ({ body, subgraph: text(nearly(random, bytes, 0.9)) }),
  };
}

const list = (one: string, bytes: number) =>
  `[${`${one},`.repeat(Math.max(0, Math.floor(bytes / (one.length + 1)) - 1))}${one}]`;

/**
 * The number of errors in one answer. It is slightly below the limit: an answer with more errors is rejected unread.
 */
const takenErrors = 9900;

/** The attacks with a subgraph's answers. `bytes` is the maximum size of an answer. */
export function subgraphFamilies(bytes: number): readonly Family[] {
  const most = bytes - 1000;
  const family = (name: string, body: string, text: (bytes: number) => string) =>
    answered(name, body, most, text);
  return [
    family('small objects', small, (size) => `{"data":{"all":${list('{"count":1}', size)}}}`),
    family('empty objects', small, (size) => `{"data":{"all":${list('{}', size)}}}`),
    family('nulls', small, (size) => `{"data":{"all":${list('null', size)}}}`),
    family('wrong leaves', small, (size) => `{"data":{"all":${list('{"count":"x"}', size)}}}`),
    family('numbers that are none', small, (size) => `{"data":{"all":${list('{"count":0.5}', size)}}}`),
    family(
      'objects in lists in objects',
      wide,
      (size) =>
        `{"data":{"all":${list('{"id":"1","name":"x","count":1,"parts":[{"id":"1","name":"x","count":1}],"deep":{"id":"1"}}', size)}}}`,
    ),
    family(
      'lists in lists',
      small,
      (size) => `{"data":{"all":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}}`,
    ),
    family(
      'objects that nobody asked for',
      small,
      (size) => `{"data":{"all":[],"x":${list('{"a":{}}', size)}}}`,
    ),
    family(
      'fields of many names',
      small,
      (size) => `{"data":{"all":[],${Array.from({ length: size / 12 }, (_, n) => `"n${n}":0`).join(',')}}}`,
    ),
    family('errors', small, (size) => `{"data":{"all":null},"errors":${list('{"message":"x"}', size)}}`),
    family('errors with paths', small, (size) => {
      const count = Math.min(takenErrors, Math.floor(size / 60));
      const nulls = Array.from({ length: count }, () => '{"count":null}').join(',');
      const one = (n: number) => `{"message":"x","path":["all",${n},"count"]}`;
      return `{"data":{"all":[${nulls}]},"errors":[${Array.from({ length: count }, (_, n) => one(n)).join(',')}]}`;
    }),
    family('errors of one list', small, (size) => {
      const count = Math.min(takenErrors, Math.floor(size / 45));
      const errors = Array.from({ length: count }, (_, n) => `{"message":"x","path":["all",${n}]}`);
      return `{"data":{"all":[${Array.from({ length: count }, () => 'null').join(',')}]},"errors":[${errors.join(',')}]}`;
    }),
    family(
      'errors of one place',
      small,
      () => `{"data":{"all":null},"errors":${list('{"message":"x","path":["all"]}', takenErrors * 30)}}`,
    ),
    family(
      'a long string',
      bodyOf('{ one { name } }'),
      (size) => `{"data":{"one":{"name":"${'x'.repeat(size)}"}}}`,
    ),
    family(
      'escapes',
      bodyOf('{ one { name } }'),
      (size) => `{"data":{"one":{"name":"${'\\u0041'.repeat(size / 6)}"}}}`,
    ),
  ];
}
