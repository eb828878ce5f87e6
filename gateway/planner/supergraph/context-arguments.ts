/**
 * Arguments that come from a context (`@fromContext`).
 *
 * Before: `@join__field(graph: ROOMS, contextArguments: [{ context: "rooms__room", name: "floor", type: "Int",
 * selection: " { floor }" }])`. After: the argument `floor` takes `{ floor }` of the nearest object with that context.
 */
import { type ConstDirectiveNode, type ConstObjectValueNode, Kind } from 'graphql';
import { argumentOf } from './join-directives.ts';
import type { ContextArgument } from './model.ts';

export function readContextArguments(join: ConstDirectiveNode): readonly ContextArgument[] {
  const list = argumentOf(join, 'contextArguments');
  return list?.kind === Kind.LIST
    ? list.values.flatMap((value) => (value.kind === Kind.OBJECT ? [readArgument(value)] : []))
    : [];
}

function readArgument({ fields }: ConstObjectValueNode): ContextArgument {
  const text = (wanted: string): string => {
    const value = fields.find(({ name }) => name.value === wanted)?.value;
    return value?.kind === Kind.STRING ? value.value : '';
  };
  return {
    name: text('name'),
    type: text('type'),
    context: text('context'),
    selection: text('selection'),
  };
}
