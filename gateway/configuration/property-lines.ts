import { stripTypeScriptTypes } from 'node:module';
import { type Expression, type ObjectExpression, type Program, parse, type Statement } from 'acorn';

/** A path of property names and indexes into the default export of a module. */
export type PropertyPath = readonly PropertyKey[];

/**
 * Returns the line of a property in the default export of a module. If the property comes from a function or another
 * module, returns the line of the nearest enclosing object. Null if the module can't be parsed or has no default
 * export.
 *
 *     export default {                       // line 1, for []
 *       subgraphs: {
 *         books: { retires: 2 },             // line 3, for ['subgraphs', 'books', 'retires']
 */
export function lineOf(source: string, path: PropertyPath): number | null {
  let program: Program;
  try {
    // Types become blanks, so that all positions stay the same.
    program = parse(stripTypeScriptTypes(source), {
      ecmaVersion: 'latest',
      sourceType: 'module',
      locations: true,
    });
  } catch {
    return null;
  }
  const constants = constantsIn(program.body);
  const exported = program.body.find((statement) => statement.type === 'ExportDefaultDeclaration');
  let value = exported === undefined ? null : followed(exported.declaration as Expression, constants);
  let line = exported?.loc?.start.line ?? null;
  for (const key of path) {
    const found = value === null ? null : childOf(value, key);
    if (found === null) {
      break;
    }
    line = found.line;
    value = followed(found.value, constants);
  }
  return line;
}

/** The initial values of the module's constants, by their names. */
function constantsIn(statements: Program['body']): ReadonlyMap<string, Expression> {
  const constants = new Map<string, Expression>();
  for (const statement of statements) {
    const declaration: Statement | null | undefined =
      statement.type === 'ExportNamedDeclaration' ? statement.declaration : (statement as Statement);
    for (const { id, init } of declaration?.type === 'VariableDeclaration' ? declaration.declarations : []) {
      if (id.type === 'Identifier' && init != null) {
        constants.set(id.name, init);
      }
    }
  }
  return constants;
}

/** Follows the name of a constant to its value. */
const followed = (value: Expression, constants: ReadonlyMap<string, Expression>): Expression =>
  value.type === 'Identifier' ? (constants.get(value.name) ?? value) : value;

function childOf(
  parent: Expression,
  key: PropertyKey,
): { readonly value: Expression; readonly line: number } | null {
  if (parent.type === 'ObjectExpression') {
    return propertyOf(parent, String(key));
  }
  const element = parent.type === 'ArrayExpression' ? parent.elements[Number(key)] : undefined;
  return element == null || element.type === 'SpreadElement'
    ? null
    : { value: element, line: element.loc?.start.line ?? 0 };
}

function propertyOf({ properties }: ObjectExpression, name: string) {
  for (const property of properties.toReversed()) {
    if (property.type === 'Property' && !property.computed && nameOf(property.key) === name) {
      return { value: property.value, line: property.loc?.start.line ?? 0 };
    }
  }
  return null;
}

function nameOf(key: Expression | { readonly type: 'PrivateIdentifier' }): string | null {
  if (key.type === 'Identifier') {
    return key.name;
  }
  return key.type === 'Literal' ? String(key.value) : null;
}
