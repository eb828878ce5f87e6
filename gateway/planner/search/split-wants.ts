/**
 * Splits what is wanted of an abstract object into questions that each have one answer for all their types.
 *
 * Before: `maker { name }` of any `Product`, where *shop* has a `Cup` made by a `Potter`, and a `Knife` made by a `Smith`.
 * After: two questions, `maker` of `Cup` and `maker` of `Knife`, because the makers are at different places.
 */
import { Kind } from 'graphql';
import type { TypeSet } from '../type-sets.ts';
import type { SearchContext } from './context.ts';
import type { LocalField, Place } from './places.ts';
import { idsOf, type Want } from './wants.ts';

/** A want of types for which the place has the same to say. */
export interface Question {
  readonly want: Want;
  /** The place's own field. Undefined where the place can't resolve it. */
  readonly local: LocalField | undefined;
  /** Where the own field leads to. Undefined for a leaf. */
  readonly below: Place | undefined;
}

interface SplitWants {
  readonly questions: readonly Question[];
  readonly vain: readonly Want[];
}

export class WantSplitter {
  readonly #context: SearchContext;
  readonly #known = new Map<string, SplitWants>();

  constructor(context: SearchContext) {
    this.#context = context;
  }

  /** `vain` is what is wanted of objects that can't be: the place's type has no object types in its subgraph. */
  split(place: Place | undefined, objects: TypeSet, wants: readonly Want[]): SplitWants {
    const id = `${place?.id ?? 'root'} ${objects.id} ${idsOf(wants)}`;
    const known = this.#known.get(id) ?? this.#split(place, objects, wants);
    this.#known.set(id, known);
    return known;
  }

  #split(place: Place | undefined, objects: TypeSet, wants: readonly Want[]): SplitWants {
    if (objects.names.length === 0) {
      return { questions: [], vain: wants };
    }
    const { sets } = this.#context;
    const here: Want[] = [];
    for (const want of wants) {
      const on = sets.intersect(want.on, objects);
      if (on.names.length > 0) {
        here.push(this.#context.wants.narrow(want, on));
      }
    }
    const questions = this.#disjoint(here).flatMap((want) => this.#questionsOf(place, want));
    return { questions, vain: [] };
  }

  /** Wants of one key on overlapping types, so that no type is in two of them. */
  #disjoint(wants: readonly Want[]): readonly Want[] {
    const { sets } = this.#context;
    const byKey = Map.groupBy(wants, ({ key }) => key);
    return [...byKey.values()].flatMap((same) => {
      const [first] = same;
      if (first === undefined || same.length === 1) {
        return same;
      }
      const wantsOf = new Map<string, Want[]>();
      for (const want of same) {
        for (const name of want.on.names) {
          const others = wantsOf.get(name);
          if (others === undefined) {
            wantsOf.set(name, [want]);
          } else {
            others.push(want);
          }
        }
      }
      const groups = Map.groupBy(wantsOf.keys(), (name) => idsOf(wantsOf.get(name) ?? []));
      return [...groups.values()].map((names) => {
        // A requirement may have a field of objects of one type, and a leaf of the same name of another.
        const [own = first, ...others] = wantsOf.get(names[0] ?? '') ?? [];
        const { children, defer } = this.#context.wants.childrenOf([own, ...others]);
        return this.#context.wants.narrow({ ...own, defer }, sets.of(names), children);
      });
    });
  }

  #questionsOf(place: Place | undefined, want: Want): readonly Question[] {
    if (want.name === '__typename') {
      const local = place === undefined || place.type.isInterfaceObject ? undefined : typenameField;
      return [{ want, local, below: undefined }];
    }
    const { places, sets, wants, supergraph } = this.#context;
    if (place?.type.isInterfaceObject === true) {
      const local = this.#sharedField(place, want);
      return [{ want, local, below: local && want.children && places.below(place.subgraph, local) }];
    }
    const known = want.on.names.filter((name) => supergraph.fieldType(name, want.name) !== undefined);
    const locals = new Map<
      string,
      { local: LocalField | undefined; below: Place | undefined; names: string[] }
    >();
    for (const name of known) {
      const found = place && places.localField(place, name, want);
      const below = found && want.children && place && places.below(place.subgraph, found);
      const local = want.children !== undefined && below === undefined ? undefined : found;
      const contexts = want.children === undefined ? [] : [...supergraph.contextsOf(name)];
      const id = `${local === undefined ? 'none' : (below?.id ?? 'leaf')} ${contexts}`;
      const group = locals.get(id);
      if (group === undefined) {
        locals.set(id, { local, below, names: [name] });
      } else {
        group.names.push(name);
      }
    }
    return [...locals.values()].map(({ local, below, names }) => ({
      want: names.length === want.on.names.length ? want : wants.narrow(want, sets.of(names)),
      local,
      below,
    }));
  }

  /**
   * A field of an `@interfaceObject`, which does not know the types of its objects. If it is not wanted of all of them,
   * it is only read where a failure can do no harm: a nullable leaf.
   */
  #sharedField(place: Place, want: Want): LocalField | undefined {
    const local = this.#context.places.localField(place, place.type.name, want);
    const isHarmless = want.children === undefined && local?.field.type.kind !== Kind.NON_NULL_TYPE;
    return local !== undefined && (isHarmless || this.#context.sets.covers(want.on, place.objects))
      ? local
      : undefined;
  }

  /** One question for each class of types: those that are alike in all subgraphs. */
  byClass(place: Place | undefined, question: Question): readonly Question[] {
    const { want } = question;
    if (want.on.names.length < 2 || (want.name === '__typename' && place?.type.isInterfaceObject === true)) {
      return [question];
    }
    const { groups, places, sets, wants } = this.#context;
    const signature = (type: string): string => {
      const provided =
        place === undefined || place.provided.length === 0
          ? ''
          : groups
              .fieldsAround(type, want.name)
              .map((name) => places.localField(place, type, { name, isForKey: true }) !== undefined);
      return `${groups.classOf(type, want.name)} ${provided}`;
    };
    const classes = Map.groupBy(want.on.names, signature);
    return classes.size === 1
      ? [question]
      : [...classes.values()].map((names) => ({
          want: wants.narrow(want, sets.of(names)),
          local: place?.type.isInterfaceObject === true ? undefined : question.local,
          below: question.below,
        }));
  }
}

const typenameField: LocalField = {
  field: {
    name: '__typename',
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'String' } },
    namedType: 'String',
    isExternal: false,
    isOverridden: false,
    requires: undefined,
    provides: undefined,
    contextArguments: [],
  },
  provided: [],
  isStrict: false,
};
