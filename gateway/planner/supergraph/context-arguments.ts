/**
 * Reads contexts: the types that set a context (`@context`), and the arguments that take a value from a context
 * (`@fromContext`).
 *
 * Before: `@join__field(graph: ROOMS, contextArguments: [{ context: "rooms__room", name: "floor", type: "Int",
 * selection: " { floor }" }])`.
 * After: the argument `floor` takes `{ floor }` of the nearest object above that sets the context `rooms__room`.
 */
import { type ConstDirectiveNode, type ConstObjectValueNode, type DocumentNode, Kind } from 'graphql';
import { argumentOf, parseFieldSet, specificationName, stringIn, stringOf } from './join-directives.ts';
import type { ContextArgument, ContextValue } from './model.ts';
import { isComposite } from './supergraph-types.ts';

/** The contexts that each type's objects set: the names in `@context` on the type, its interfaces and its unions. */
export function readContexts(
  document: DocumentNode,
  objectsOf: (type: string) => readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const directiveName = specificationName(document, 'context');
  const contexts = new Map<string, Set<string>>();
  for (const { name: type, directives = [] } of document.definitions.filter(isComposite)) {
    for (const directive of directives) {
      const context = directive.name.value === directiveName ? stringOf(directive, 'name') : undefined;
      for (const object of context === undefined ? [] : objectsOf(type.value)) {
        contexts.set(object, (contexts.get(object) ?? new Set()).add(context ?? ''));
      }
    }
  }
  return contexts;
}

/** Reads the arguments of join directives that take values from contexts. Equal values are the same object. */
export class ContextArguments {
  readonly #values = new Map<string, ContextValue>();

  of(join: ConstDirectiveNode): readonly ContextArgument[] {
    const list = argumentOf(join, 'contextArguments');
    return list?.kind === Kind.LIST
      ? list.values.flatMap((value) => (value.kind === Kind.OBJECT ? [this.#read(value)] : []))
      : [];
  }

  #read(object: ConstObjectValueNode): ContextArgument {
    return {
      name: stringIn(object, 'name') ?? '',
      type: stringIn(object, 'type') ?? '',
      value: this.#valueOf(stringIn(object, 'context') ?? '', (stringIn(object, 'selection') ?? '').trim()),
    };
  }

  #valueOf(context: string, selection: string): ContextValue {
    const id = `${context} ${selection}`;
    // The text of the selection is `{ floor }`, or a list of fragments without braces around it.
    const [, fields = selection] = /^\{(.*)\}$/s.exec(selection) ?? [];
    const value = this.#values.get(id) ?? { context, selection: parseFieldSet(fields) };
    this.#values.set(id, value);
    return value;
  }
}
