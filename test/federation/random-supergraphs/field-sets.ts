/** Random texts for `@requires` and `@provides`, with what their subgraph needs to have for them. */
import type { Dice } from './dice.ts';
import type { Field } from './field.ts';
import type { Placing } from './placing.ts';
import type { Shape } from './shape.ts';

export type Purpose = 'requires' | 'provides';

/** A set of fields of a type, written for one subgraph. */
export class FieldSetWriter {
  readonly #purpose: Purpose;
  readonly #subgraph: string;
  readonly #placing: Placing;
  readonly #shape: Shape;
  readonly #dice: Dice;

  /** What the subgraph has to have for the set is added to `placing`. */
  constructor(purpose: Purpose, subgraph: string, placing: Placing, shape: Shape, dice: Dice) {
    this.#purpose = purpose;
    this.#subgraph = subgraph;
    this.#placing = placing;
    this.#shape = shape;
    this.#dice = dice;
  }

  /** A set of what the subgraph has not of itself, at its top; undefined where chance finds none. */
  write(type: string): string | undefined {
    return this.#set(type, 1 + this.#dice.below(2), true);
  }

  #set(type: string, depth: number, isTop: boolean): string | undefined {
    const kind = this.#shape.kindOf(type);
    if (kind === 'interface' || kind === 'union') {
      return this.#setOfAbstract(type, depth, isTop);
    }
    const fields = this.#shape.fieldsOf(type).filter((field) => this.#mayName(type, field, isTop));
    const texts = new Map<string, string>();
    for (let left = fields.length === 0 ? 0 : 1 + this.#dice.below(2); left > 0; left--) {
      const field = this.#dice.pick(fields);
      const text = texts.has(field.name) ? undefined : this.#field([type], field, depth);
      if (text !== undefined) {
        texts.set(field.name, text);
      }
    }
    return texts.size === 0 ? undefined : [...texts.values()].join(' ');
  }

  #setOfAbstract(type: string, depth: number, isTop: boolean): string | undefined {
    const objects = this.#placing.objectsOf(this.#subgraph, type);
    if (this.#shape.kindOf(type) === 'interface' && this.#dice.chance(0.5)) {
      const field = this.#dice.pick(this.#shape.fieldsOf(type));
      return objects.every((object) => this.#mayName(object, field, false))
        ? this.#field(objects, field, depth)
        : undefined;
    }
    const fragments: string[] = [];
    for (const object of this.#dice.someOrOne(objects, 0.6)) {
      const set = this.#set(object, depth, isTop && this.#purpose === 'provides');
      if (set !== undefined) {
        fragments.push(`... on ${object} { ${set} }`);
      }
    }
    return fragments.length === 0 ? undefined : fragments.join(' ');
  }

  #mayName(type: string, { name, hasArgument }: Field, isTop: boolean): boolean {
    const isEntity = this.#shape.kindOf(type) === 'entity';
    if (!isEntity && !this.#placing.has(this.#subgraph, type, name)) {
      return false;
    }
    const isOwn = isEntity && this.#placing.owns(this.#subgraph, type, name);
    return (!isTop || (isEntity && !isOwn)) && (this.#purpose === 'requires' || (!hasArgument && !isOwn));
  }

  /** A field that all of these types have. */
  #field(types: readonly string[], field: Field, depth: number): string | undefined {
    let text = field.name;
    if (this.#shape.kindOf(field.named) === 'scalar') {
      text += field.hasArgument && this.#dice.chance(0.4) ? '(x: 1)' : '';
    } else {
      if (depth <= 0) {
        return undefined;
      }
      this.#placing.need(this.#subgraph, field.named);
      const set = this.#set(field.named, depth - 1, false);
      if (set === undefined) {
        return undefined;
      }
      text += ` { ${set} }`;
    }
    for (const type of types.filter((each) => this.#shape.kindOf(each) === 'entity')) {
      this.#placing.put(this.#subgraph, type, field, '@external');
    }
    return text;
  }
}
