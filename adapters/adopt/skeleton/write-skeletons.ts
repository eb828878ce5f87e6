import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { writeChanges } from './adapter/changes.ts';
import { writeFaults } from './adapter/faults.ts';
import { writePort } from './adapter/port.ts';
import { writeReads } from './adapter/reads.ts';
import { writeSoap } from './adapter/soap.ts';
import { writeTranslation } from './adapter/translation.ts';
import { writeDocumentation } from './documentation.ts';
import { writeGraphChanges } from './graph/changes.ts';
import { writeResolvers } from './graph/resolvers.ts';
import { writeSdl } from './graph/sdl.ts';
import { writeContext, writeLoaders, writeMain, writeOpen } from './graph/wiring.ts';
import type { Plan } from './plan.ts';
import { writeRows } from './simulator/rows.ts';
import { writeSystem } from './simulator/system.ts';
import { writeTemplates } from './simulator/templates.ts';
import { writeSuite } from './suite.ts';

/** The skeleton files of a system, by their paths in the repository. */
export function skeletonsOf(plan: Plan): ReadonlyMap<string, string> {
  const { id, systemId, changes } = plan;
  const files: (readonly [string, string])[] = [
    [`adapters/${id}/port.ts`, writePort(plan)],
    [`adapters/${id}/translation.ts`, writeTranslation(plan)],
    [`adapters/${id}/reads.ts`, writeReads(plan)],
    [`adapters/${id}/fault-codes.ts`, writeFaults(plan)],
    [`adapters/${id}/soap.ts`, writeSoap(plan)],
    [`schema/${id}.graphql`, writeSdl(plan)],
    [`subgraphs/${id}/context.ts`, writeContext(plan)],
    [`subgraphs/${id}/loaders.ts`, writeLoaders(plan)],
    [`subgraphs/${id}/resolvers.ts`, writeResolvers(plan)],
    [`subgraphs/${id}/open.ts`, writeOpen(plan)],
    [`subgraphs/${id}/main.ts`, writeMain(plan)],
    [`simulators/${systemId}/rows.ts`, writeRows(plan)],
    [`simulators/${systemId}/templates.ts`, writeTemplates(plan)],
    [`simulators/${systemId}/system.ts`, writeSystem(plan)],
    [`test/contract/${id}/${id}.test.ts`, writeSuite(plan)],
    [`docs/guides/${id}.md`, writeDocumentation(plan)],
  ];
  if (changes.length > 0) {
    files.push(
      [`adapters/${id}/changes.ts`, writeChanges(plan)],
      [`subgraphs/${id}/changes.ts`, writeGraphChanges(plan)],
    );
  }
  return new Map(files);
}

export interface Written {
  readonly written: readonly string[];
  /** Files that a person has changed. They stay as they are. */
  readonly kept: readonly string[];
}

const digests = z.record(z.string(), z.string());
const digestOf = (text: string): string => hash('sha256', text, 'hex').slice(0, 16);

/**
 * Writes files that no person has changed since they were last written. With `force`, also overwrites the changed
 * files. `adopted.json` records what was written.
 */
export function writeFiles(
  root: string,
  id: string,
  files: ReadonlyMap<string, string>,
  force: boolean,
): Written {
  const record = join(root, `adapters/${id}/adopted.json`);
  const known = existsSync(record) ? digests.parse(JSON.parse(readFileSync(record, 'utf8'))) : {};
  const written: string[] = [];
  const kept: string[] = [];
  const now: Record<string, string> = { ...known };
  for (const [path, text] of formatted(root, files)) {
    const file = join(root, path);
    const present = existsSync(file) ? readFileSync(file, 'utf8') : null;
    if (present !== null && present !== text && digestOf(present) !== known[path] && !force) {
      kept.push(path);
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    now[path] = digestOf(text);
    written.push(path);
  }
  writeFileSync(record, `${JSON.stringify(now, null, 2)}\n`);
  return { written, kept };
}

/** The texts, formatted by Biome in one run. If Biome fails, they stay unchanged, and `tsc` reports what is wrong. */
function formatted(root: string, files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'adopt-'));
  try {
    copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const biome = join(root, 'node_modules/.bin/biome');
    spawnSync(biome, ['check', '--fix', '--vcs-enabled=false', '.'], { cwd: folder });
    return new Map([...files.keys()].map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
