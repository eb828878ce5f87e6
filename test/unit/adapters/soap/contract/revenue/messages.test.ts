import { describe, expect, test } from 'vitest';
import { contract } from '../../../../../../adapters/charges/contract.generated.ts';
import { compileEncoder } from '../../../../../../adapters/soap/codec/encode/compile-encoder.ts';
import {
  expectedResponse,
  readEnvelope,
} from '../../../../../../adapters/soap/codec/envelope/read-envelope.ts';
import { writeEnvelope } from '../../../../../../adapters/soap/codec/envelope/write-envelope.ts';
import type { ElementDeclaration } from '../../../../../../adapters/soap/contract/contract-types.ts';
import { rootsOf } from '../../../../../../adapters/soap/contract/read/reachable-types.ts';
import { defaultLimits } from '../../../../../../adapters/soap/policy/limits.ts';
import { randomMessage } from '../../../../../support/contracts/random-values.ts';
import { schemaJudge } from '../../../../../support/contracts/schema-judge.ts';
import { randomFrom, seed } from '../../../../../support/random.ts';

const file = (name: string) => new URL(`../../../../../../adapters/charges/${name}`, import.meta.url);
const namespace = 'http://rps.library.example/2014/11';
const judge = schemaJudge([
  [namespace, file('revenue-messages.xsd')],
  [`${namespace}/types`, file('revenue-types.xsd')],
  [`${namespace}/common`, file('revenue-common.xsd')],
]);
const runs = Number(process.env.RUNS ?? 40);

const roots = new Map<string, ElementDeclaration>(
  [...contract.operations.values()].flatMap(rootsOf).map((root) => [root.name, root]),
);

describe(`any message of the revenue system (SEED=${seed})`, () => {
  test.each([...roots])(
    '%s: is valid by libxml2, and survives encoding and decoding unchanged',
    (_name, root) => {
      const encode = compileEncoder(root, contract.types);
      const expected = expectedResponse(contract, { output: root, faults: [], outputHeaders: [] });
      const random = randomFrom(seed);
      for (let run = 0; run < runs; run += 1) {
        const value = randomMessage(root, random, contract.types);
        const xml = writeEnvelope('1.2', '', encode(value));
        expect(judge.problems(xml), xml).toEqual([]);
        expect(readEnvelope(xml, expected, defaultLimits)).toEqual({ kind: 'reply', reply: value });
      }
    },
  );
});
