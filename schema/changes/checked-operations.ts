/** The operations of clients: operations in shipped manifests, and operations that gateways recorded. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DocumentNode, type GraphQLSchema, parse, separateOperations } from 'graphql';
import { parseManifest } from '../../gateway/access/documents/manifest.ts';
import { messageOf } from '../../platform/lifecycle/message-of.ts';
import type { RecordedUsage } from '../../store/shared-state/port.ts';
import { withLocationTypes } from './literal-variables.ts';

export interface CheckedOperation {
  /** The client: its manifest's file, or its name and version. */
  readonly client: string;
  /** The operation's name, and a hash or id. */
  readonly label: string;
  /** Returns the operation's document for a check against one schema. The document may depend on the schema. */
  documentOver(schema: GraphQLSchema): DocumentNode;
}

/**
 * Reads the manifests of trusted documents in a folder.
 * @throws Error that names the file that can't be used
 */
export async function shippedOperations(folder: string): Promise<readonly CheckedOperation[]> {
  const files = (await readdir(folder)).filter((name) => /^[^.].*\.json$/.test(name)).sort();
  const operations: CheckedOperation[] = [];
  for (const file of files) {
    try {
      for (const { id, text } of parseManifest(await readFile(join(folder, file), 'utf8'))) {
        for (const [name, document] of Object.entries(separateOperations(parse(text)))) {
          operations.push({ client: file, label: labelOf(name, id), documentOver: () => document });
        }
      }
    } catch (error) {
      throw new Error(`${join(folder, file)} can't be used: ${messageOf(error)}`);
    }
  }
  return operations;
}

export const recordedOperations = ({ operations }: RecordedUsage): readonly CheckedOperation[] =>
  operations.map(({ client, version, hash, name, text }) => {
    const document = parse(text, { noLocation: true });
    return {
      client: clientLabel(client, version),
      label: labelOf(name ?? '', hash),
      documentOver: (schema) => withLocationTypes(document, schema),
    };
  });

export const clientLabel = (client: string, version: string): string => `${client} ${version}`.trimEnd();

/** A hash of 8 digits is enough to find the operation in a manifest or in the log. */
const labelOf = (name: string, id: string): string =>
  `${name} ${id.replace(/^sha256:/, '').slice(0, 8)}`.trimStart();
