/**
 * Writes scheduled requests as nodes of a plan.
 *
 * Before: a request to *circulation* with one lookup of the objects at `me`, for `loans { dueOn }`.
 * After: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Patron { loans { dueOn } } } }`,
 * with the path `me` and what represents a `Patron`.
 */
import { type ArgumentNode, visit } from 'graphql';
import {
  type EntityLookup,
  InventedNames,
  type PlanNode,
  type RequiredSelection,
  type Rewrite,
} from '../../executor/index.ts';
import type { Supergraph } from '../supergraph/model.ts';
import type { TypeSets } from '../type-sets.ts';
import type { FetchPart } from './build-fetches.ts';
import { type Printed, printAll, printArgument, printSelection } from './print-selection.ts';
import { RepresentationWriter } from './representation.ts';
import type { ScheduledRequest } from './schedule.ts';
import { separateShapes } from './separate-shapes.ts';

/** What the client's operation gives to every request. */
export interface OperationContext {
  readonly kind: 'query' | 'mutation';
  /** `$name: Type` of each variable, with its default. */
  readonly variables: ReadonlyMap<string, string>;
  /** Whether a name has a meaning, so that no alias may be it. */
  readonly isTaken: (name: string) => boolean;
}

interface WrittenLookup extends Pick<EntityLookup, 'requires' | 'rewrites' | 'contexts'> {
  readonly paths: readonly FetchPart['path'][];
  readonly printed: readonly Printed[];
  /** `$name: Type` of each variable that takes a value of a context. */
  readonly declarations: readonly string[];
  /** The object types that are looked up. */
  readonly types: ReadonlySet<string>;
}

export class NodeWriter {
  readonly #supergraph: Supergraph;
  readonly #sets: TypeSets;
  readonly #operation: OperationContext;
  readonly #representations: RepresentationWriter;

  constructor(supergraph: Supergraph, sets: TypeSets, operation: OperationContext) {
    this.#supergraph = supergraph;
    this.#sets = sets;
    this.#operation = operation;
    this.#representations = new RepresentationWriter(supergraph, sets);
  }

  write({ subgraph, parts }: ScheduledRequest): PlanNode {
    const [root] = parts;
    if (root === undefined) {
      throw new Error('a request of the plan asks for nothing');
    }
    return root.kind === 'root' ? this.#writeRoot(root) : this.#writeLookups(subgraph.name, parts);
  }

  #writeRoot({ subgraph, selection, path, type }: FetchPart): PlanNode {
    const printed = printSelection(selection, this.#sets);
    const aliases = this.#separate(printed);
    const operationKind = type === this.#supergraph.roots.mutation ? 'mutation' : 'query';
    const variables = this.#variablesIn(printed);
    return {
      kind: 'fetch',
      subgraph: subgraph.name,
      operation: `${operationKind}${this.#declare(variables, [])}${printAll(printed)}`,
      variables,
      aliases,
      path,
      operationKind,
      renames: [],
    };
  }

  #writeLookups(subgraph: string, parts: readonly FetchPart[]): PlanNode {
    const written = this.#mergedLookups(parts);
    const printed = written.map((lookup) => lookup.printed);
    const isSingle = written.length === 1;
    const aliases = this.#separateAll(printed);
    const variables = this.#variablesIn(printed.flat());
    const lookups = written.map(
      ({ paths, requires, rewrites, contexts }, index): EntityLookup => ({
        alias: isSingle ? '_entities' : `_e${index}`,
        representations: isSingle ? 'representations' : `representations${index}`,
        paths,
        requires,
        rewrites,
        contexts,
        renames: [],
      }),
    );
    const fields = lookups.map(({ alias, representations }, index) => {
      const prefix = isSingle ? '' : `${alias}:`;
      return `${prefix}_entities(representations:$${representations})${printAll(printed[index] ?? [])}`;
    });
    const own = [
      ...lookups.map(({ representations }) => `$${representations}:[_Any!]!`),
      ...written.flatMap(({ declarations }) => declarations),
    ];
    return {
      kind: 'entityFetch',
      subgraph,
      operation: `query${this.#declare(variables, own)}{${fields.join(' ')}}`,
      variables,
      aliases,
      lookups,
    };
  }

  /** Lookups that send and ask the same are one, with several paths. So are those of entities of different types. */
  #mergedLookups(parts: readonly FetchPart[]): readonly WrittenLookup[] {
    const byText = new Map<string, WrittenLookup>();
    const texts = new OrderlessText();
    for (const part of parts) {
      const lookup = this.#writeLookup(part);
      const { printed, requires, rewrites, contexts } = lookup;
      const text = `${texts.of(printed)} ${texts.of(requires)} ${JSON.stringify([rewrites, contexts])}`;
      const other = byText.get(text);
      byText.set(text, other === undefined ? lookup : { ...other, paths: [...other.paths, ...lookup.paths] });
    }
    const merged: WrittenLookup[] = [];
    for (const lookup of byText.values()) {
      const at = merged.findIndex(
        (other) =>
          lookup.types.size > 0 &&
          other.types.size > 0 &&
          lookup.contexts.length === 0 &&
          other.contexts.length === 0 &&
          [...lookup.types].every((type) => !other.types.has(type)),
      );
      const other = merged[at];
      if (other === undefined) {
        merged.push(lookup);
      } else {
        merged[at] = {
          ...other,
          paths: [...other.paths, ...lookup.paths],
          requires: [...other.requires, ...lookup.requires],
          printed: [...other.printed, ...lookup.printed],
          types: new Set([...other.types, ...lookup.types]),
        };
      }
    }
    return merged;
  }

  #writeLookup(part: FetchPart): WrittenLookup {
    const { selection, kind, type, path, representations, from } = part;
    const inner = printSelection(selection, this.#sets);
    const printed: readonly Printed[] =
      kind === 'entity' ? inner : [{ kind: 'fragment', type, selections: inner }];
    const requires: readonly RequiredSelection[] = this.#representations.write(representations, from);
    const rewrites: readonly Rewrite[] =
      kind === 'interfaceObject'
        ? [{ kind: 'set', path: [{ kind: 'field', key: '__typename' }], value: type }]
        : [];
    const names = new Set(kind === 'entity' ? representations.flatMap(({ types }) => types.names) : []);
    return {
      paths: [path],
      requires,
      rewrites,
      printed,
      types: names,
      ...this.#writeContexts(part, printed),
    };
  }

  #writeContexts(
    { contexts }: FetchPart,
    printed: readonly Printed[],
  ): Pick<WrittenLookup, 'contexts' | 'declarations'> {
    const used = variablesIn(printed);
    const taken = [...contexts].filter(([variable]) => used.has(variable));
    return {
      contexts: taken.map(([variable, { up, wants, on }]) => ({
        variable,
        up,
        selections: this.#representations.selectionsOf(wants, on),
      })),
      declarations: taken.map(([variable, { type }]) => `$${variable}:${type}`),
    };
  }

  #isLeaf = (type: string): boolean => !this.#supergraph.isComposite(type);

  #separate(printed: readonly Printed[]): ReadonlyMap<string, string> {
    return separateShapes(printed, new InventedNames(this.#operation.isTaken), this.#isLeaf);
  }

  #separateAll(lookups: readonly (readonly Printed[])[]): ReadonlyMap<string, string> {
    const names = new InventedNames(this.#operation.isTaken);
    return new Map(lookups.flatMap((printed) => [...separateShapes(printed, names, this.#isLeaf)]));
  }

  #variablesIn(printed: readonly Printed[]): readonly string[] {
    const found = variablesIn(printed);
    return [...this.#operation.variables.keys()].filter((name) => found.has(name));
  }

  #declare(variables: readonly string[], own: readonly string[]): string {
    const all = [...own, ...variables.map((name) => this.#operation.variables.get(name) ?? '')];
    return all.length === 0 ? '' : `(${all.join(',')})`;
  }
}

/** Writes selections so that the same ones in another order are equal. Types share selections: each is written once. */
class OrderlessText {
  readonly #texts = new Map<object, string>();

  of(selections: readonly Printed[] | readonly RequiredSelection[] = []): string {
    const text = this.#texts.get(selections) ?? `{${selections.map((each) => this.#write(each)).sort()}}`;
    this.#texts.set(selections, text);
    return text;
  }

  #write(selection: Printed | RequiredSelection): string {
    if (selection.kind === 'fragment') {
      const type = 'type' in selection ? selection.type : selection.typeCondition;
      const keys = 'keys' in selection ? (selection.keys ?? []).map((key) => this.of(key)) : [];
      return `... on ${type} ${this.of(selection.selections)} ${keys}`;
    }
    const { key, name } = selection;
    return 'args' in selection
      ? `${key}:${name}(${selection.args.map(printArgument)})${this.of(selection.below)}`
      : `${key}:${name}${this.of(selection.selections)}`;
  }
}

/** The names of the variables in these selections. */
function variablesIn(printed: readonly Printed[]): ReadonlySet<string> {
  const found = new Set<string>();
  const collect = (selections: readonly Printed[]): void => {
    for (const selection of selections) {
      if (selection.kind === 'fragment') {
        collect(selection.selections);
      } else {
        for (const argument of selection.args) {
          collectVariables(argument, found);
        }
        collect(selection.below ?? []);
      }
    }
  };
  collect(printed);
  return found;
}

function collectVariables(argument: ArgumentNode, into: Set<string>): void {
  visit(argument, {
    Variable: ({ name }) => {
      into.add(name.value);
    },
  });
}
