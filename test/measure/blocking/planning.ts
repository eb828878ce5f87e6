/** Attacks with operations that take long to plan, over an interface with thousands of types (`wide-interface.ts`). */
import { bodyOf, type Family, nearly, type Random, times } from './attack.ts';

/** A random number makes each operation new, so that it is planned. */
const alias = (random: Random) => `a${Math.floor(random() * 1e9)}`;

function family(name: string, selections: (random: Random) => string): Family {
  return {
    name: `planning: ${name}`,
    make: (random) => ({
      body: bodyOf(`{ nodes { ${selections(random)} } }`),
      subgraph: '{"data":{"nodes":[]}}',
    }),
  };
}

export const planningFamilies: readonly Family[] = [
  family('sixty fragments over an interface', (random) =>
    times(60, (n) => `... on Node { ${alias(random)}_${n}: name }`),
  ),
  family('fragments on its types', (random) =>
    times(nearly(random, 120), (n) => `... on T${n} { ${alias(random)}_${n}: own${n} next { name } }`),
  ),
  family('the interface in itself', (random) => {
    const depth = nearly(random, 8);
    return `${`${alias(random)}: next { name `.repeat(depth)} id ${'}'.repeat(depth)}`;
  }),
];
