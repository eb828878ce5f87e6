import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileEncoder } from '../../../../../adapters/soap/codec/encode/compile-encoder.ts';
import { expectedResponse, readEnvelope } from '../../../../../adapters/soap/codec/envelope/read-envelope.ts';
import { writeEnvelope } from '../../../../../adapters/soap/codec/envelope/write-envelope.ts';
import type { Contract, ElementDeclaration } from '../../../../../adapters/soap/contract/contract-types.ts';
import { CallFailure } from '../../../../../adapters/soap/policy/call-failure.ts';
import { defaultLimits } from '../../../../../adapters/soap/policy/limits.ts';
import { readHttpResponse } from '../../../../../adapters/soap/tries.ts';
import { randomMessage } from '../../../../support/contracts/random-values.ts';
import { randomFrom } from '../../../../support/random.ts';
import { type WsdlValidator, wsdlValidator } from '../../../../support/wire/wsdl-validation.ts';
import { messages, wsdls } from '../tables.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fff_ffff));
/** For a long search: `RUNS=5000 SEED=1 npx vitest run test/unit/adapters/soap/contract/wsdl-validity.test.ts`. */
const runs = Number(process.env.RUNS ?? 0);
const validators = new Map(
  Object.entries(wsdls).map(([system, file]) => [system, wsdlValidator(readFileSync(file, 'utf8'))]),
);
function validatorOf(name: string): WsdlValidator {
  const validator = validators.get(name.split(' ')[0] ?? '');
  if (validator === undefined) {
    throw new Error(`no WSDL for ${name}`);
  }
  return validator;
}

/** Random values that the element allows. */
const messageOf = (declaration: ElementDeclaration) =>
  fc.integer().map((number) => randomMessage(declaration, randomFrom(number)));

/** The expectations for a response whose reply has the declaration `output`. */
const expecting = (contract: Contract, output: ElementDeclaration) =>
  expectedResponse(contract, { output, faults: [], outputHeaders: [] });

describe(`any value that a type allows (SEED=${seed})`, () => {
  test.each(messages)(
    '%s: is valid by libxml2, and survives encoding and decoding unchanged',
    (name, contract, declaration) => {
      const encode = compileEncoder(declaration);
      const validator = validatorOf(name);
      fc.assert(
        fc.property(messageOf(declaration), (value) => {
          const xml = writeEnvelope(contract.soapVersion, '', encode(value));
          expect(validator.problems(Buffer.from(xml))).toEqual([]);
          const answer = readEnvelope(xml, expecting(contract, declaration), defaultLimits);
          expect(answer).toEqual({ kind: 'reply', reply: value });
        }),
        { seed, numRuns: runs || 40 },
      );
    },
  );
});

describe(`any bytes are decoded or rejected (SEED=${seed})`, () => {
  /** Reads an HTTP response whose reply should be the message. */
  const read = (
    [, contract, declaration]: (typeof messages)[number],
    http: { readonly status: number; readonly contentType: string; readonly body: Uint8Array },
  ): string => {
    try {
      return readHttpResponse(http, expecting(contract, declaration), defaultLimits).kind;
    } catch (error) {
      if (!(error instanceof CallFailure)) {
        throw error;
      }
      return error.reason;
    }
  };
  const message = fc.constantFrom(...messages);
  const contentType = fc.constantFrom(
    'text/xml',
    'application/soap+xml; charset=utf-8',
    'text/xml; charset=big5-hkscs',
    'x',
    '',
  );
  const kinds = ['reply', 'fault', 'invalid-response', 'unreachable'];

  test('when they are random', () => {
    const http = fc.record({
      body: fc.uint8Array({ maxLength: 300 }),
      contentType,
      status: fc.integer({ min: 200, max: 599 }),
    });
    fc.assert(
      fc.property(message, http, (expected, received) => {
        expect(kinds).toContain(read(expected, received));
      }),
      { seed, numRuns: runs || 500 },
    );
  });

  test('when they are a valid answer with some bytes changed, dropped or doubled', () => {
    const validAnswer = message.chain((expected) => fc.tuple(fc.constant(expected), messageOf(expected[2])));
    const changes = fc.array(
      fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom('set', 'drop', 'cut', 'double')),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(validAnswer, changes, contentType, ([expected, value], damage, type) => {
        const [, { soapVersion }, declaration] = expected;
        const xml = writeEnvelope(soapVersion, '', compileEncoder(declaration)(value));
        let bytes = [...Buffer.from(xml)];
        for (const [place, byte, change] of damage) {
          const at = place % Math.max(1, bytes.length);
          if (change === 'set') {
            bytes[at] = byte;
          } else if (change === 'drop') {
            bytes.splice(at, 1);
          } else if (change === 'cut') {
            bytes = bytes.slice(0, at);
          } else {
            bytes.splice(at, 0, ...bytes.slice(at, at + byte));
          }
        }
        const received = { status: 200, contentType: type, body: Uint8Array.from(bytes) };
        expect(kinds).toContain(read(expected, received));
      }),
      { seed, numRuns: runs || 500 },
    );
  });
});
