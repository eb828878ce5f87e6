import { join } from 'node:path';

/** The folder into which `npm run build` builds all pages, each in a folder with the name of its path. */
export const builtPages: string = join(import.meta.dirname, '../../apps/dist');
