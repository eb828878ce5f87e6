import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { Contract } from '../../../../../adapters/soap/contract/contract-types.ts';
import { ContractError } from '../../../../../adapters/soap/contract/read/documents/contract-error.ts';
import { reachableTypes } from '../../../../../adapters/soap/contract/read/reachable-types.ts';
import { operation } from '../../../../../adapters/soap/contract/tables/contract.ts';
import { tableFunctions, writeModule } from '../../../../../adapters/soap/contract/write/write-module.ts';
import { fuzzContracts } from '../../../../support/contracts/contract-fuzz.ts';
import { randomSchema } from '../../../../support/contracts/random-schema.ts';
import { readRoot } from '../../../../support/contracts/read-root.ts';
import { randomFrom, seed } from '../../../../support/random.ts';

/** `npm run fuzz:contracts` tries 10,000. */
const schemas = Number(process.env.SCHEMAS ?? 40);

test(`random schemas: libxml2 and the codec judge all messages alike, intact and damaged (SEED=${seed})`, () => {
  const report = fuzzContracts(seed, schemas);
  const { failures, refused, ...counts } = report;
  process.stdout.write(`${JSON.stringify({ seed, ...counts, refused: Object.fromEntries(refused) })}\n`);
  expect(failures.slice(0, 5)).toEqual([]);
  expect(report.messages).toBeGreaterThan(schemas);
  const refusals = [...refused.values()].reduce((sum, count) => sum + count, 0);
  // In a small sample chance has more say.
  expect(refusals / report.schemas).toBeLessThan(schemas < 1000 ? 0.3 : 0.1);
}, 3_600_000);

test(`a generated module has the tables that were read (SEED=${seed})`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modules-'));
  try {
    let compared = 0;
    for (let number = seed; compared < 10; number += 1) {
      const contract = await contractOf(number, folder);
      if (contract !== null) {
        const types = reachableTypes(
          [...contract.operations.values()].flatMap(({ input }) => input ?? []),
          contract.types.values(),
          () => true,
        );
        const text = writeModule({ contract, types: [...types] }, 'main.xsd').replaceAll(
          "'../soap/",
          `'${new URL('../../../../../adapters/soap/', import.meta.url).pathname}`,
        );
        const file = join(folder, `module-${number}.ts`);
        await writeFile(file, text);
        const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { contract: Contract };
        expect(module.contract, `SEED=${number}`).toEqual(contract);
        compared += 1;
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

/** A contract with one operation, whose request is the root of a random schema. Null if the schema is refused. */
async function contractOf(number: number, folder: string): Promise<Contract | null> {
  const schema = randomSchema(randomFrom(number));
  for (const [name, text] of schema.files) {
    await writeFile(join(folder, name), text);
  }
  try {
    const { root, types } = readRoot(pathToFileURL(join(folder, 'main.xsd')), 'Root', tableFunctions);
    const reached = reachableTypes([root], types.values(), () => true);
    return {
      namespace: schema.namespace,
      soapVersion: '1.1',
      unknownElements: 'refused',
      operations: new Map([['Ask', operation('Ask', '', { input: root })]]),
      types: new Map([...types].filter(([, type]) => reached.has(type))),
    };
  } catch (error) {
    if (error instanceof ContractError) {
      return null;
    }
    throw error;
  }
}
