import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openMessage } from '../../../adapters/soap/codec/decode/open-message.ts';
import { compileEncoder } from '../../../adapters/soap/codec/encode/compile-encoder.ts';
import { InvalidXml, readXml } from '../../../adapters/soap/codec/read-xml.ts';
import type { SchemaType } from '../../../adapters/soap/contract/contract-types.ts';
import { ContractError } from '../../../adapters/soap/contract/read/documents/contract-error.ts';
import { reachableTypes } from '../../../adapters/soap/contract/read/reachable-types.ts';
import { defaultLimits } from '../../../adapters/soap/policy/limits.ts';
import { randomFrom } from '../random.ts';
import { isAmbiguous } from './ambiguity.ts';
import { hasValidContent } from './content-judge.ts';
import { damaged } from './damage.ts';
import { randomSchema } from './random-schema.ts';
import { NoValue } from './random-texts.ts';
import { randomMessage } from './random-values.ts';
import { type ReadRoot, readRoot } from './read-root.ts';
import { type SchemaJudge, schemaJudge } from './schema-judge.ts';

/** What came of many random schemas. */
export interface FuzzReport {
  /** Schemas that libxml2 compiles. */
  schemas: number;
  withRepeatedGroups: number;
  /** Schemas that libxml2 does not compile, and ambiguous ones. They are not counted above. */
  notCompiled: number;
  ambiguous: number;
  /** The schemas that our reader refuses, by reason. */
  readonly refused: Map<string, number>;
  /** Schemas for which no message was found. */
  empty: number;
  messages: number;
  damaged: number;
  /** Damaged messages that are still valid. */
  stillValid: number;
  /** Messages in which libxml2 counts the elements of a group wrongly: see `content-judge.ts`. */
  miscounted: number;
  /** Everything that is wrong. */
  readonly failures: FuzzFailure[];
}

export interface FuzzFailure {
  readonly seed: number;
  readonly what: string;
  readonly xml: string;
}

const messagesOfSchema = 3;
const damagesOfMessage = 4;

/** Tries schemas until libxml2 has compiled `count` of them. Schema number n is that of seed + n. */
export function fuzzContracts(seed: number, count: number): FuzzReport {
  const report: FuzzReport = {
    schemas: 0,
    withRepeatedGroups: 0,
    notCompiled: 0,
    ambiguous: 0,
    refused: new Map(),
    empty: 0,
    messages: 0,
    damaged: 0,
    stillValid: 0,
    miscounted: 0,
    failures: [],
  };
  const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
  try {
    for (let number = seed; report.schemas < count; number += 1) {
      trySchema(number, folder, report);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return report;
}

function trySchema(seed: number, folder: string, report: FuzzReport): void {
  const random = randomFrom(seed);
  const schema = randomSchema(random);
  for (const [name, text] of schema.files) {
    writeFileSync(join(folder, name), text);
  }
  const file = pathToFileURL(join(folder, 'main.xsd'));
  let judge: SchemaJudge;
  try {
    judge = schemaJudge([[schema.namespace, file]]);
  } catch {
    report.notCompiled += 1;
    return;
  }
  using _disposed = judge;
  report.schemas += 1;
  report.withRepeatedGroups += schema.hasRepeatedGroups ? 1 : 0;
  let read: ReadRoot;
  try {
    read = readRoot(file, 'Root');
  } catch (error) {
    if (!(error instanceof ContractError)) {
      report.failures.push({ seed, what: `the reader: ${String(error)}`, xml: '' });
      return;
    }
    report.refused.set(error.construct, (report.refused.get(error.construct) ?? 0) + 1);
    return;
  }
  if ([...reachableTypes([read.root], read.types.values(), () => true)].some(isAmbiguous)) {
    report.schemas -= 1;
    report.withRepeatedGroups -= schema.hasRepeatedGroups ? 1 : 0;
    report.ambiguous += 1;
    return;
  }
  tryMessages(seed, read, judge, random, report);
}

function tryMessages(
  seed: number,
  { root, types }: ReadRoot,
  judge: SchemaJudge,
  random: () => number,
  report: FuzzReport,
): void {
  const encode = compileEncoder(root, types);
  const fail = (what: string, xml: string) => report.failures.push({ seed, what, xml });
  for (let count = 0; count < messagesOfSchema; count += 1) {
    let xml = '';
    try {
      xml = encode(randomMessage(root, random, types));
    } catch (error) {
      if (error instanceof NoValue || String(error).endsWith('no type can have one')) {
        report.empty += 1;
        return;
      }
      fail(`encoding: ${String(error)}`, xml);
      continue;
    }
    report.messages += 1;
    const problems = judge.problems(xml);
    if (isMiscounted(problems[0], xml, true, { root, types })) {
      report.miscounted += 1;
    } else if (problems.length > 0) {
      fail(`not valid: ${problems[0]}`, xml);
      continue;
    }
    const decoded = decode(xml, { root, types });
    if (decoded.kind === 'refused') {
      fail(`not decoded: ${decoded.why}`, xml);
    } else if (encode(decoded.value) !== xml) {
      fail(`another message after decoding: ${encode(decoded.value)}`, xml);
    }
    for (let damage = 0; damage < damagesOfMessage; damage += 1) {
      tryDamage(damaged(xml, random), { root, types }, judge, report, fail);
    }
  }
}

function tryDamage(
  xml: string,
  read: ReadRoot,
  judge: SchemaJudge,
  report: FuzzReport,
  fail: (what: string, xml: string) => void,
): void {
  report.damaged += 1;
  const [problem] = judge.problems(xml);
  const decoded = decode(xml, read);
  report.stillValid += problem === undefined ? 1 : 0;
  // libxml2 ignores characters that are not base64 digits. The standard does not allow that.
  if (isMiscounted(problem, xml, decoded.kind === 'decoded', read)) {
    report.miscounted += 1;
    return;
  }
  const isLenient =
    decoded.kind === 'refused' && base64Names(read).some((name) => decoded.why.endsWith(`not a ${name}`));
  if (problem === undefined && decoded.kind === 'refused' && !isLenient) {
    fail(`valid, but not decoded: ${decoded.why}`, xml);
  } else if (problem !== undefined && decoded.kind === 'decoded' && !isTolerated(problem)) {
    fail(`decoded, but not valid: ${problem}`, xml);
  }
}

/** Whether libxml2 and the decoder differ about where elements may stand, and a third judge agrees with the decoder. */
function isMiscounted(problem: string | undefined, xml: string, isDecoded: boolean, read: ReadRoot): boolean {
  const isAboutContent =
    problem === undefined || /This element is not expected|Missing child element/.test(problem);
  return (
    isAboutContent &&
    isDecoded === (problem !== undefined) &&
    hasValidContent(xml, read.root, read.types) === isDecoded
  );
}

const base64Names = ({ root, types }: ReadRoot): string[] =>
  [...reachableTypes([root], types.values(), () => true)].filter(isBase64).map(({ name }) => name);
const isBase64 = (type: SchemaType): boolean => type.kind === 'atomic' && type.primitive === 'base64Binary';

/** We accept white space in an element that must be empty: it is there for people who read the document. */
const isTolerated = (problem: string): boolean => problem.includes('because the content type is empty');

type Decoded =
  | { readonly kind: 'decoded'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly why: string };

function decode(xml: string, { root, types }: ReadRoot): Decoded {
  let value: unknown;
  try {
    readXml(
      xml,
      (tag) =>
        openMessage(
          root,
          tag,
          (result) => {
            value = result;
          },
          { types, unknownElements: 'refused' },
        ),
      defaultLimits,
    );
    return { kind: 'decoded', value };
  } catch (error) {
    if (error instanceof InvalidXml) {
      return { kind: 'refused', why: error.message };
    }
    throw error;
  }
}
