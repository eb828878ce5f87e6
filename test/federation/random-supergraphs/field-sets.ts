/** Random field sets for `@requires` and `@provides`. */
import { type Field, rootName } from './field.ts';
import type { Placement } from './placement.ts';
import type { Rng } from './rng.ts';
import type { GraphTypes } from './types.ts';

export type Purpose = 'requires' | 'provides';

/** Writes a field set on a type, for one subgraph. */
export class FieldSetWriter {
  readonly #purpose: Purpose;
  readonly #subgraph: string;
  readonly #placement: Placement;
  readonly #graphTypes: GraphTypes;
  readonly #rng: Rng;

  /** Adds the fields and types that the subgraph needs for the set to `placement`. */
  constructor(purpose: Purpose, subgraph: string, placement: Placement, graphTypes: GraphTypes, rng: Rng) {
    this.#purpose = purpose;
    this.#subgraph = subgraph;
    this.#placement = placement;
    this.#graphTypes = graphTypes;
    this.#rng = rng;
  }

  /** A field set whose top-level fields other subgraphs resolve; undefined if the random choices find none. */
  write(type: string): string | undefined {
    return this.#set(type, 1 + this.#rng.below(2), true);
  }

  #set(type: string, depth: number, isTop: boolean): string | undefined {
    const kind = this.#graphTypes.kindOf(type);
    if (kind === 'interface' || kind === 'union') {
      return this.#setOfAbstract(type, depth, isTop);
    }
    const fields = this.#graphTypes.fieldsOf(type).filter((field) => this.#mayName(type, field, isTop));
    const texts = new Map<string, string>();
    for (let left = fields.length === 0 ? 0 : 1 + this.#rng.below(2); left > 0; left--) {
      const requiring = fields.filter(({ isRequiring }) => isRequiring);
      const field = this.#rng.pick(requiring.length > 0 && this.#rng.chance(0.35) ? requiring : fields);
      const text = texts.has(field.name) ? undefined : this.#field([type], field, depth);
      if (text !== undefined) {
        texts.set(field.name, text);
      }
    }
    return texts.size === 0 ? undefined : [...texts.values()].join(' ');
  }

  #setOfAbstract(type: string, depth: number, isTop: boolean): string | undefined {
    const objects = this.#placement.objectsOf(this.#subgraph, type);
    if (this.#graphTypes.kindOf(type) === 'interface' && this.#rng.chance(0.5)) {
      const field = this.#rng.pick(this.#graphTypes.fieldsOf(type));
      return objects.every((object) => this.#mayName(object, field, false))
        ? this.#field(objects, field, depth)
        : undefined;
    }
    const fragments: string[] = [];
    for (const object of this.#rng.someOrOne(objects, 0.6)) {
      const set = this.#set(object, depth, isTop && this.#purpose === 'provides');
      if (set !== undefined) {
        fragments.push(`... on ${object} { ${set} }`);
      }
    }
    return fragments.length === 0 ? undefined : fragments.join(' ');
  }

  #mayName(type: string, { name, named, takes, hasArgument, hasNulls }: Field, isTop: boolean): boolean {
    const isEntity = this.#graphTypes.kindOf(type) === 'entity';
    if (!isEntity && !this.#placement.has(this.#subgraph, type, name)) {
      return false;
    }
    const isOwn = isEntity && this.#placement.owns(this.#subgraph, type, name);
    // The fields of this condition are left out. If such a field has an error instead of a value, federation can't
    // resolve a field that requires it, but a single schema can.
    if (named === rootName || takes !== undefined || hasNulls) {
      return false;
    }
    return (!isTop || (isEntity && !isOwn)) && (this.#purpose === 'requires' || (!hasArgument && !isOwn));
  }

  /** The text of a field that all given types have; undefined if nothing can be selected below it. */
  #field(types: readonly string[], field: Field, depth: number): string | undefined {
    let text = field.name;
    if (this.#graphTypes.kindOf(field.named) === 'scalar') {
      text += field.hasArgument && this.#rng.chance(0.4) ? '(x: 1)' : '';
    } else {
      if (depth <= 0) {
        return undefined;
      }
      this.#placement.need(this.#subgraph, field.named);
      const set = this.#set(field.named, depth - 1, false);
      if (set === undefined) {
        return undefined;
      }
      text += ` { ${set} }`;
    }
    for (const type of types.filter((candidate) => this.#graphTypes.kindOf(candidate) === 'entity')) {
      const own = this.#graphTypes.fieldsOf(type).find(({ name }) => name === field.name) ?? field;
      this.#placement.put(this.#subgraph, type, own, '@external');
    }
    return text;
  }
}
