/**
 * `npm run adopt -- rooms.wsdl`: from a vendor's contract to a subgraph. docs/adopting-a-soap-system.md shows all steps.
 *
 * | command | does |
 * |---|---|
 * | `npm run adopt -- rooms.wsdl --report` | says what the contract has, and what to ask the vendor; writes nothing |
 * | `npm run adopt -- rooms.wsdl` | copies the contract to `adapters/rooms/`, and drafts `mapping.jsonc` there |
 * | the same again | writes the skeletons from the mapping; `--force` also overwrites files that a person has changed |
 *
 * `npm run adopt -- --diff new.wsdl --name rooms` says what the vendor's next release breaks, and writes nothing.
 *
 * `--name` sets the name of the subgraph and its folders. The default is the file's name. `--port` chooses one of
 * several ports of a WSDL.
 */
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ContractError } from '../soap/contract/read/documents/contract-error.ts';
import { adopt } from './adopt.ts';
import { MappingError } from './mapping/read-mapping.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    report: { type: 'boolean', default: false },
    diff: { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
    name: { type: 'string' },
    port: { type: 'string' },
  },
});
const [wsdl] = positionals;
if (wsdl === undefined) {
  process.stderr.write(
    'npm run adopt -- rooms.wsdl [--report | --diff] [--name rooms] [--port RoomsPort] [--force]\n',
  );
  process.exit(1);
}
try {
  const root = join(import.meta.dirname, '../..');
  const name =
    values.name ??
    basename(wsdl)
      .replace(/\.\w+$/, '')
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '');
  process.stdout.write(
    `${await adopt({ ...values, root, name, wsdl: pathToFileURL(wsdl), port: values.port ?? null })}\n`,
  );
} catch (error) {
  if (!(error instanceof MappingError || error instanceof ContractError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
