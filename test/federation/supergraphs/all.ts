import { interfaces } from './interfaces.ts';
import { keys } from './keys.ts';
import { provided } from './provided.ts';
import { requires } from './requires.ts';
import { rest } from './rest.ts';
/** All small supergraphs, by name. */
import type { Supergraph } from './supergraph.ts';

export const supergraphs: Readonly<Record<string, Supergraph>> = {
  ...keys,
  ...requires,
  ...interfaces,
  ...provided,
  ...rest,
};

/** The sizes of random queries over them. */
export const sizes = [{ fields: 8, width: 3 }, { fields: 20 }, { fields: 40, width: 6, depth: 5 }];
