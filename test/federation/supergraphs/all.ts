import { interfaces } from './interfaces.ts';
import { keys } from './keys.ts';
import { provided } from './provided.ts';
import { requires } from './requires.ts';
import { rest } from './rest.ts';
import type { Supergraph } from './supergraph.ts';

/** All small supergraphs, by name. */
export const supergraphs: Readonly<Record<string, Supergraph>> = {
  ...keys,
  ...requires,
  ...interfaces,
  ...provided,
  ...rest,
};

/** The sizes of random queries over the small supergraphs. */
export const sizes = [{ fields: 8, width: 3 }, { fields: 20 }, { fields: 40, width: 6, depth: 5 }];
