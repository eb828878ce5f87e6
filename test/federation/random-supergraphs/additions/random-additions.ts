import type { Rng } from '../rng.ts';
import type { Addition, DesignSoFar } from './addition.ts';
import { emptyInterface, typelessInterface } from './empty-interfaces.ts';
import { lacking } from './lacking.ts';
import { mutations } from './mutations.ts';
import { variedInterface } from './varied-interface.ts';

export function randomAdditions(design: DesignSoFar, rng: Rng): readonly Addition[] {
  return [emptyInterface, typelessInterface, lacking, mutations, variedInterface].flatMap((add) => {
    const addition = rng.chance(0.4) ? add(design, rng) : undefined;
    return addition === undefined ? [] : [addition];
  });
}
