/** The operations in the guides, for the kit and for the pages that show them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type DocumentNode, type GraphQLSchema, Kind, parse, validate } from 'graphql';

const folder = join(import.meta.dirname, '../../docs/guides');
const schemasFolder = join(import.meta.dirname, '../../schema/audiences');

/**
 * The audiences of each guide. An operation in a guide is listed for an audience only if the audience's schema has all
 * of the operation's fields.
 */
const audiencesOf: Readonly<Record<string, readonly string[]>> = {
  answers: ['reader', 'staff', 'station', 'telephone'],
  charges: ['reader', 'staff'],
  'front-ends': ['reader', 'public'],
  live: ['reader', 'staff', 'station', 'partner'],
  notices: ['staff'],
  partners: ['partner'],
  staff: ['staff'],
  'stations-and-telephone': ['station', 'telephone'],
};

export interface GuideOperation {
  /** The guide and the operation's name: `staff/Desk`. */
  readonly id: string;
  /** The heading above the operation. */
  readonly section: string;
  readonly text: string;
  readonly document: DocumentNode;
  /** The variables as JSON, with `<…>` for values from earlier answers. Empty if the operation takes no variables. */
  readonly variables: string;
}

/** An operation of a guide, and the audiences that it is for. */
export interface ListedOperation extends Omit<GuideOperation, 'document'> {
  readonly audiences: readonly string[];
}

/** All operations of the guides that at least one audience can send, in the order of the guides. */
export function listOperations(): readonly ListedOperation[] {
  const schemas = new Map(
    [...new Set(Object.values(audiencesOf).flat())].map((audience) => [audience, schemaOf(audience)]),
  );
  return Object.entries(audiencesOf).flatMap(([guide, audiences]) =>
    readOperations(guide)
      .map(({ document, ...operation }) => ({
        ...operation,
        audiences: audiences.filter((audience) => fits(document, schemas.get(audience))),
      }))
      .filter((operation) => operation.audiences.length > 0),
  );
}

const schemaOf = (audience: string): GraphQLSchema =>
  buildSchema(readFileSync(join(schemasFolder, `${audience}.graphql`), 'utf8'));

const fits = (document: DocumentNode, schema: GraphQLSchema | undefined): boolean =>
  schema !== undefined && validate(schema, document).length === 0;

/** The operations in the guides that an audience can send, in the order of the guides. */
export const operationsFor = (audience: string, schema: GraphQLSchema): readonly GuideOperation[] =>
  Object.entries(audiencesOf)
    .filter(([, audiences]) => audiences.includes(audience))
    .flatMap(([guide]) => readOperations(guide))
    .filter(({ document }) => fits(document, schema));

/** Every operation of a guide. Two operations of a guide must have different names, because the id contains the name. */
function readOperations(guide: string): readonly GuideOperation[] {
  const page = readFileSync(join(folder, `${guide}.md`), 'utf8');
  const blocks = page.matchAll(
    /^#+ (?<heading>.*)$|^```graphql.*\n(?<text>[\s\S]*?)^```$(?:\n+```json variables\n(?<variables>[\s\S]*?)^```$)?/gm,
  );
  let section = '';
  return [...blocks].flatMap(({ groups = {} }) => {
    const { heading, text, variables = '' } = groups as Readonly<Record<string, string | undefined>>;
    section = heading ?? section;
    if (text === undefined) {
      return [];
    }
    const document = parse(text);
    const id = `${guide}/${nameOf(document)}`;
    return [{ id, section: section.replaceAll(/[`*]/g, ''), text, document, variables }];
  });
}

/** The operation's name; empty if it has none. */
export function nameOf({ definitions }: DocumentNode): string {
  const [first] = definitions;
  return first?.kind === Kind.OPERATION_DEFINITION ? (first.name?.value ?? '') : '';
}
