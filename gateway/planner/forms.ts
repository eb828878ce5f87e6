/**
 * The forms of a selection: each way in which the client wrote it, with the directives that subgraphs get.
 *
 * Before: `{ name @upper  ... @cached { name } }`, where all subgraphs define `@upper` and `@cached`.
 * After: one selection `name` with two forms: with `@upper`, and within a fragment with `@cached`. A fetch prints both.
 */
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  print,
  visit,
} from 'graphql';

export interface Form {
  /** The directives of each fragment around the field, from outside in. Fragments without directives don't count. */
  readonly fragments: readonly (readonly DirectiveNode[])[];
  readonly directives: readonly DirectiveNode[];
}

/** The forms of a field without directives. */
export const plainForms: readonly Form[] = [{ fragments: [], directives: [] }];

/** The directives that the gateway itself carries out. No subgraph gets them. */
const ownDirectives = new Set(['skip', 'include', 'defer']);

export function directivesToSend({
  directives = [],
}: {
  readonly directives?: readonly DirectiveNode[];
}): readonly DirectiveNode[] {
  return directives.filter(({ name }) => !ownDirectives.has(name.value));
}

/** Whether a selection of the document has directives that subgraphs get. */
export function hasForms(document: DocumentNode): boolean {
  let found = false;
  const look = (node: FieldNode | InlineFragmentNode | FragmentSpreadNode): void => {
    found ||= directivesToSend(node).length > 0;
  };
  visit(document, { Field: look, InlineFragment: look, FragmentSpread: look });
  return found;
}

/** The forms of an operation's selections. Equal lists of forms are the same object. */
export class Forms {
  readonly #byText = new Map<string, readonly Form[]>([[textOf(plainForms), plainForms]]);
  readonly #ids = new Map<readonly Form[], number>([[plainForms, 0]]);

  /** Returns the forms for one occurrence of a field in the client's document. */
  of(fragments: Form['fragments'], directives: readonly DirectiveNode[]): readonly Form[] {
    return fragments.length === 0 && directives.length === 0
      ? plainForms
      : this.#interned([{ fragments, directives }]);
  }

  /** Returns the forms of a field that occurs several times: the forms of all occurrences, each once. */
  all(lists: readonly (readonly Form[])[]): readonly Form[] {
    const [first = plainForms, ...others] = lists;
    return others.every((forms) => forms === first)
      ? first
      : this.#interned([...new Map(lists.flat().map((form) => [textOf([form]), form])).values()]);
  }

  /** Returns a number that is equal for equal lists of forms. */
  idOf(forms: readonly Form[]): number {
    return this.#ids.get(forms) ?? 0;
  }

  #interned(forms: readonly Form[]): readonly Form[] {
    const text = textOf(forms);
    const existing = this.#byText.get(text) ?? forms;
    this.#byText.set(text, existing);
    if (!this.#ids.has(existing)) {
      this.#ids.set(existing, this.#ids.size);
    }
    return existing;
  }
}

function textOf(forms: readonly Form[]): string {
  return JSON.stringify(
    forms.map(({ fragments, directives }) => [...fragments, directives].map((each) => each.map(print))),
  );
}
